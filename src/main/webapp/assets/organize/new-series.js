/** The view that creates a series. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { toast } from "../ui/toasts.js";
import { keepTyped } from "../ui/typed.js";
import { forRole } from "./access.js";
import { newPlan, planFields, sayTimes } from "./plan-fields.js";
import { newRule, ruleFields, sayRepetition } from "./repetition.js";
import { publishFields, seriesOf } from "./series-fields.js";

export const view = forRole("organizer", async ({ group }) => {
    const plan = newPlan(group);
    const made = form({
        class: "parts",
        fields: [
            planFields(plan, group, { repeating: true, more: [ruleFields(newRule(plan.startsLocal))] }),
            publishFields(true),
        ],
        submit: t("newSeries.submit"),
        cancel: h("a", { class: "button quiet", href: to("groups", group.id, "series") }, t("ui.cancel")),
        async onsubmit(typed, filled, { go }) {
            const series = await api.post(`/groups/${group.id}/series`, seriesOf(typed));
            forget();
            toast(t("newSeries.done", { count: series.occurrences }));
            go(to("groups", group.id, "series", series.id));
        },
    });
    sayRepetition(sayTimes(made));
    const { forget } = keepTyped(made);
    return page(
        { title: t("newSeries.title"), back: { href: to("groups", group.id, "series"), label: t("tab.series") } },
        made,
    );
});
