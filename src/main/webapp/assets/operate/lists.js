/** Incidents, connections in use for long, and slow statements. */

import { h, replace, unique } from "../dom.js";
import { t } from "../i18n.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { byUser, cost, duration, moment, say, what } from "./descriptions.js";

/** How many are shown at first. */
const SHORT = 6;

/** A section with a list, short until more is asked for, that is made anew when what it shows has changed. */
function changing(title, hint, items, row) {
    const place = h("div");
    const note = h("p", { class: "muted small" });
    const id = unique("list");
    const element = h("section", { "aria-labelledby": id }, h("h2", { id }, title), note, place);
    let shown;
    let drawn = "";
    let all = false;
    const draw = () => {
        const found = items(shown);
        const some = all ? found : found.slice(0, SHORT);
        say(note, hint(shown));
        replace(
            place,
            some.length > 0 &&
                h(
                    "ul",
                    { class: "list" },
                    some.map((item) => h("li", null, h("div", { class: "row" }, row(item)))),
                ),
            some.length < found.length &&
                h("div", { class: "list-more" }, button(t("ui.more"), { class: "small", onclick: more })),
        );
    };
    const more = () => {
        all = true;
        draw();
        // The button has gone.
        place.querySelector("ul").setAttribute("tabindex", "-1");
        place.querySelector("ul").focus({ preventScroll: true });
    };
    return {
        element,
        show(data) {
            const key = JSON.stringify(data);
            if (key !== drawn) {
                drawn = key;
                shown = data;
                draw();
            }
        },
    };
}

export function longUses() {
    const part = changing(
        t("uses.title"),
        (uses) => (uses.length === 0 ? t("uses.none") : t("uses.hint")),
        (uses) => uses,
        ({ by, count, seconds }) => [
            h("code", { class: "row-main" }, by),
            h("span", { class: "small muted" }, t("uses.count", { count })),
            h("span", { class: "numbers" }, duration(seconds)),
        ],
    );
    return { element: part.element, show: ({ inUse }) => part.show(byUser(inUse)) };
}

export function incidents() {
    const part = changing(
        t("incidents.title"),
        (all) => (all.length === 0 ? t("incidents.none") : t("incidents.hint")),
        (all) => all,
        incidentRow,
    );
    return { element: part.element, show: (status) => part.show(status.incidents) };
}

function incidentRow(incident) {
    const { cause, begun, ended, seconds, down, sqlState, reason } = incident;
    // A pool's figures at the time say no more than its cause.
    const why =
        cause === "pool-exhausted" || reason === "starting" ? "" : [sqlState, reason].filter(Boolean).join(": ");
    return [
        h(
            "div",
            { class: "row-main incident" },
            h(
                "p",
                { class: "row-title" },
                what(incident),
                " ",
                cause !== "starting" && badge(t(down ? "level.down" : "level.degraded"), down ? "bad" : "warn"),
            ),
            why && h("p", { class: "small muted" }, why),
            h("p", { class: "small numbers" }, cost(incident)),
        ),
        h(
            "div",
            { class: "incident-times small numbers" },
            h("p", null, h("time", { datetime: begun }, moment(begun))),
            h("p", null, ended ? duration(seconds) : badge(t("incidents.now"), "bad")),
        ),
    ];
}

export function slowStatements() {
    const part = changing(
        t("slow.title"),
        ({ from, all }) => {
            if (from === undefined) {
                return t("slow.off");
            }
            return t(all === 0 ? "slow.none" : "slow.hint", { count: all, duration: duration(from) });
        },
        ({ last }) => last,
        ({ name, seconds, at }) => [
            h("code", { class: "row-main" }, name),
            h("span", { class: "numbers" }, duration(seconds)),
            h("time", { class: "small muted numbers", datetime: at }, moment(at)),
        ],
    );
    return { element: part.element, show: (status) => part.show(status.slowStatements) };
}
