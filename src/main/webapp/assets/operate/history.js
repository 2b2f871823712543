/** The last 15 minutes as charts and as a table. */

import { h, replace } from "../dom.js";
import { number, t } from "../i18n.js";
import { chart } from "./charts.js";
import { duration, moment } from "./descriptions.js";

export function history(signal) {
    const connections = chart({
        title: t("chart.connections"),
        lines: [
            { name: "open", label: t("chart.open"), colour: "line-strong", area: true },
            { name: "active", label: t("chart.active"), colour: "accent", area: true },
            { name: "waiting", label: t("chart.waiting"), colour: "warn" },
        ],
        written: (value) => (value === null ? "" : number(Math.round(value))),
        summary: ({ active, waiting, refused }) =>
            t("chart.connections.summary", { active: most(active), waiting: most(waiting), refused: sum(refused) }),
        signal,
    });
    const times = chart({
        title: t("chart.times"),
        lines: [
            { name: "use", label: t("chart.use"), colour: "line-strong", area: true },
            { name: "acquire", label: t("chart.acquire"), colour: "accent", area: true },
        ],
        written: (value) => duration(value),
        logarithmic: true,
        summary: ({ acquire, use }) =>
            t("chart.times.summary", { acquire: duration(most(acquire)), use: duration(most(use)) }),
        signal,
    });
    const body = h("tbody");
    const table = h(
        "table",
        { class: "numbers" },
        h("caption", { class: "unseen" }, t("chart.table")),
        h(
            "thead",
            null,
            h(
                "tr",
                null,
                ["minute", "active", "idle", "waiting", "refused", "acquire", "use"].map((name) =>
                    h("th", { scope: "col" }, t(`column.${name}`)),
                ),
            ),
        ),
        body,
    );
    const details = h(
        "details",
        { class: "as-table" },
        h("summary", null, t("chart.table")),
        h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("chart.table") }, table),
    );
    let seconds;
    let drawn = "";
    const fillTable = () => {
        const rows = details.open ? minutes(seconds) : [];
        const key = JSON.stringify(rows);
        if (key !== drawn) {
            drawn = key;
            replace(
                body,
                rows.map(([head, ...cells]) =>
                    h(
                        "tr",
                        null,
                        h("th", { scope: "row" }, head),
                        cells.map((cell) => h("td", null, cell)),
                    ),
                ),
            );
        }
    };
    details.addEventListener("toggle", fillTable);
    return {
        element: h("div", { class: "charts" }, connections.element, times.element, details),
        show(status) {
            seconds = status.history;
            const open = seconds.active.map((active, i) => active + seconds.idle[i]);
            const counts = banded({ ...seconds, open }, ["open", "active", "waiting"]);
            connections.show({ ...counts, refused: seconds.refused }, status.incidents);
            times.show(banded(seconds, ["acquire", "use"]), status.incidents);
            fillTable();
        },
    };
}

/** The same by minute, newest first. */
function minutes(seconds) {
    const groups = Object.groupBy(seconds.end.keys(), (i) => Math.floor((seconds.end[i] - 1) / 60));
    return Object.keys(groups)
        .sort((one, other) => other - one)
        .map((minute) => {
            const of = (name) => groups[minute].map((i) => seconds[name][i]);
            return [
                moment(minute * 60_000),
                number(most(of("active"))),
                number(Math.min(...of("idle"))),
                number(most(of("waiting"))),
                number(sum(of("refused"))),
                duration(most(of("acquire"))),
                duration(most(of("use"))),
            ];
        });
}

/** In which a chart of times shows the longest: single seconds are a bar code. */
const BAND_SECONDS = 10;

/** Columns by bands of some seconds: of each the longest. */
function banded({ end, ...columns }, names) {
    const bands = [...Map.groupBy(end.keys(), (i) => Math.floor((end[i] - 1) / BAND_SECONDS)).values()];
    return {
        end: bands.map((seconds) => end[seconds.at(-1)]),
        ...Object.fromEntries(
            names.map((name) => [name, bands.map((seconds) => most(seconds.map((i) => columns[name][i])))]),
        ),
    };
}

const known = (values) => values.filter((value) => value !== null);

const most = (values) => (known(values).length === 0 ? null : Math.max(...known(values)));

const sum = (values) => values.reduce((all, value) => all + value, 0);
