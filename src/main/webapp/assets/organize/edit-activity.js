/** The view that edits an activity, or an occurrence of a series and the following ones. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { button } from "../ui/buttons.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { forRole } from "./access.js";
import { confirmShiftedTime } from "./clock-change.js";
import { editing } from "./editing.js";
import { choice, part } from "./fields.js";
import { planFields, sayTimes } from "./plan-fields.js";
import { planIn, planOf, planWords } from "./plan.js";

export const view = forRole("organizer", async ({ group, params, signal }) => {
    const path = `/groups/${group.id}/activities/${params.activity}`;
    const activity = await api.get(path, { signal });
    const there = to("groups", group.id, "activities", activity.id);
    return page(
        { title: t("editActivity.title"), back: { href: there, label: activity.title } },
        activity.state === "cancelled"
            ? empty({ title: t("editActivity.cancelled"), action: button(t("editActivity.back"), { href: there }) })
            : changing({ group, activity, path, there, signal }),
    );
});

function changing({ group, activity, path, there, signal }) {
    const { element, form } = editing({
        class: "parts",
        original: activity,
        fields: [activity.seriesId !== null && scopeFields(group, activity), planFields(activity, group)],
        read: (typed) => planOf(typed, { repeating: typed.scope === "following" }),
        shown: planIn,
        words: planWords,
        refetch: () => api.get(path, { signal }),
        save: (patch, version, typed) => api.patch(path, patch, { version, query: { scope: typed.scope } }),
        async done(saved, typed, { go, reload }) {
            if (saved.adjusted && saved.startsLocal !== activity.startsLocal && !(await confirmShiftedTime(saved))) {
                reload();
                return;
            }
            toast(t("ui.saved"));
            go(there);
        },
        cancel: h("a", { class: "button quiet", href: there }, t("ui.cancel")),
    });
    const chooseScope = () => {
        const following = form.elements.namedItem("scope")?.value === "following";
        form.querySelector("[data-part=window]").hidden = following;
    };
    form.addEventListener("change", chooseScope);
    chooseScope();
    sayTimes(form);
    return element;
}

const scopeFields = (group, activity) =>
    part(
        {
            title: t("reach.title"),
            hint: [
                t("reach.hint"),
                " ",
                h("a", { href: to("groups", group.id, "series", activity.seriesId) }, t("reach.series")),
            ],
        },
        choice({
            name: "scope",
            legend: t("reach.legend"),
            value: "this",
            options: ["this", "following"].map((value) => ({
                value,
                label: t(`reach.${value}`),
                hint: t(`reach.${value}Hint`),
            })),
        }),
    );
