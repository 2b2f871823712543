/** A series: its upcoming activities, changing all of them, and ending it. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h, put } from "../dom.js";
import { startOf, t } from "../i18n.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { confirm } from "../ui/dialogs.js";
import { page, section } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { forRole } from "./access.js";
import { editing } from "./editing.js";
import { planFields, sayTimes } from "./plan-fields.js";
import { ruleFields, sayRepetition } from "./repetition.js";
import { ruleWords } from "./rule.js";
import { publishFields, seriesIn, seriesOf, seriesWords } from "./series-fields.js";

export const view = forRole("organizer", async ({ group, params, signal }) => {
    const path = `/groups/${group.id}/series/${params.series}`;
    const [series, coming] = await Promise.all([
        api.get(path, { signal }),
        api.all(`/groups/${group.id}/activities`, { query: { from: new Date().toISOString() }, signal }),
    ]);
    const running = series.state === "active";
    return page(
        {
            title: series.title,
            back: { href: to("groups", group.id, "series"), label: t("tab.series") },
            lead: [ruleWords(series.rule, series.startsLocal), " ", !running && badge(t("series.ended"))],
            actions: running ? [endButton(group, series, path)] : [],
        },
        section(
            { title: t("series.coming") },
            occurrences(
                group,
                coming.filter((activity) => activity.seriesId === series.id),
            ),
        ),
        running &&
            group.state === "active" &&
            section(
                { title: t("series.change"), class: "apart" },
                h("p", { class: "muted" }, t("series.changeText")),
                changing(group, series, path, signal),
            ),
    );
});

/** How many are shown at first. */
const FEW = 8;

function occurrences(group, activities) {
    if (activities.length === 0) {
        return empty({ title: t("series.noneComing") });
    }
    const items = activities.map((activity) => h("li", null, occurrence(group, activity)));
    const list = h("ul", { class: "list" }, items.slice(0, FEW));
    const more = button(t("ui.more"), {
        onclick() {
            put(list, items.slice(FEW));
            more.remove();
            items[FEW].querySelector("a").focus();
        },
    });
    return h("div", null, list, items.length > FEW && h("div", { class: "list-more" }, more));
}

const occurrence = (group, activity) =>
    h(
        "div",
        { class: "row" },
        h(
            "p",
            { class: "row-main row-title" },
            h(
                "a",
                { href: to("groups", group.id, "activities", activity.id) },
                startOf(activity),
            ),
        ),
        activity.overridden && badge(t("series.overridden")),
        activity.adjusted && badge(t("series.adjusted"), "warn"),
        activity.state !== "published" &&
            badge(t(`state.${activity.state}`), activity.state === "cancelled" ? "bad" : null),
    );

function changing(group, series, path, signal) {
    const { element, form } = editing({
        class: "parts",
        original: series,
        fields: [
            planFields(series, group, { repeating: true, more: [ruleFields(series.rule)] }),
            publishFields(series.publish),
        ],
        read: seriesOf,
        shown: seriesIn,
        words: seriesWords,
        refetch: () => api.get(path, { signal }),
        save: (patch, version) => api.patch(path, patch, { version }),
        done(saved, typed, { reload }) {
            toast(t("series.changed"));
            reload();
        },
    });
    sayRepetition(sayTimes(form));
    return element;
}

const endButton = (group, series, path) =>
    action(t("series.end"), async ({ reload }) => {
        const question = {
            title: t("series.endSure", { title: series.title }),
            text: t("series.endText"),
            yes: t("series.end"),
            no: t("series.keep"),
            danger: true,
        };
        if (await confirm(question)) {
            // The version changes whenever activities are created ahead; that does not matter here.
            const { version } = await api.get(path);
            await api.delete(path, { version });
            toast(t("series.endDone"));
            reload();
        }
    });
