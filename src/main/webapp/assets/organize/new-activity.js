/** The view that creates an activity. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { explain, logUnexpected } from "../problems.js";
import { button } from "../ui/buttons.js";
import { field, form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { toast } from "../ui/toasts.js";
import { keepTyped } from "../ui/typed.js";
import { forRole } from "./access.js";
import { confirmShiftedTime } from "./clock-change.js";
import { part } from "./fields.js";
import { newPlan, planFields, sayTimes } from "./plan-fields.js";
import { planOf } from "./plan.js";

export const view = forRole("organizer", async ({ group }) => {
    const made = form({
        class: "parts",
        fields: [
            planFields(newPlan(group), group),
            part(
                { title: t("newActivity.then") },
                field({
                    name: "publish",
                    label: t("newActivity.publish"),
                    hint: t("newActivity.publishHint"),
                    type: "checkbox",
                    value: true,
                }),
            ),
        ],
        submit: t("newActivity.submit"),
        cancel: h("a", { class: "button quiet", href: to("groups", group.id) }, t("ui.cancel")),
        async onsubmit(typed, filled, { go }) {
            const activity = await api.post(`/groups/${group.id}/activities`, planOf(typed));
            forget();
            go(to("groups", group.id, "activities", activity.id, ...(await settle(activity, typed.publish))));
        },
    });
    sayTimes(made);
    const { forget } = keepTyped(made);
    return page(
        {
            title: t("newActivity.title"),
            back: { href: to("groups", group.id), label: group.name },
            actions: [
                button(t("newActivity.series"), { icon: "repeat", href: to("groups", group.id, "series", "new") }),
            ],
        },
        made,
    );
});

/** Publishes the activity if that was requested and the start was not shifted. Returns further segments of its address. */
async function settle(activity, publish) {
    if (activity.adjusted && !(await confirmShiftedTime(activity))) {
        return ["edit"];
    }
    try {
        if (publish) {
            await api.post(`/groups/${activity.groupId}/activities/${activity.id}/publish`);
        }
        toast(t(publish ? "newActivity.published" : "newActivity.drafted", { title: activity.title }));
    } catch (failure) {
        logUnexpected(failure);
        // There is an activity already: it can be published in its view.
        toast(`${t("newActivity.drafted", { title: activity.title })} ${explain(failure)}`, "failure");
    }
    return [];
}
