/**
 * Organizers' buttons on the members' pages of a group and an activity. The members' views load this module for organizers and
 * owners only.
 */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { confirm, dialog } from "../ui/dialogs.js";
import { field, form } from "../ui/forms.js";
import { menu } from "../ui/menu.js";
import { toast } from "../ui/toasts.js";
import { tabsFor } from "./access.js";
import { confirmShiftedTime } from "./clock-change.js";

const WEEK_DAYS = 7;

const TAB_ICONS = { members: "group", invitations: "mail", series: "repeat", settings: "settings", audit: "list" };

/**
 * @param {Object} options `group`; `role`: "organizer" or "owner"
 * @returns {Node[]}
 */
export const groupTools = ({ group, role }) => [
    group.state === "active" &&
        button(t("tools.newActivity"), {
            kind: "primary",
            icon: "plus",
            href: to("groups", group.id, "activities", "new"),
        }),
    menu(
        t("tools.organize"),
        "settings",
        () => tabsFor(role).map((tab) =>
            h("a", { href: to("groups", group.id, tab) }, icon(TAB_ICONS[tab]), t(`tab.${tab}`)),
        ),
    ),
];

/**
 * @param {Object} options `group`, `activity`; `role`: "organizer" or "owner"
 * @returns {Node[]}
 */
export function activityTools({ group, activity }) {
    const path = `/groups/${activity.groupId}/activities/${activity.id}`;
    const view = (name) => to("groups", activity.groupId, "activities", activity.id, name);
    const open = group.state === "active" && activity.state !== "cancelled";
    const begun = new Date(activity.startsAt) < Date.now();
    return [
        open &&
            activity.state === "draft" &&
            action(t("tools.publish"), (moves) => publish(path, moves), { kind: "primary", icon: "globe" }),
        activity.state === "published" &&
            (begun
                ? button(t("tools.attendance"), { icon: "check", href: view("attendance") })
                : button(t("tools.queue"), { icon: "list", href: view("queue") })),
        open && button(t("tools.edit"), { icon: "edit", href: view("edit") }),
        menu(
            t("tools.more"),
            "more",
            () => [
                (begun || activity.state !== "published") && link(view("queue"), "list", t("tools.queue")),
                activity.state === "published" && link(view("sheet"), "print", t("tools.sheet")),
                activity.seriesId !== null &&
                    link(to("groups", activity.groupId, "series", activity.seriesId), "repeat", t("tools.series")),
                group.state === "active" &&
                    action(t("tools.duplicate"), (moves) => duplicate(activity, path, moves), { kind: "plain", icon: "copy" }),
                activity.state !== "cancelled" &&
                    action(t("tools.cancel"), (moves) => cancel(activity, path, moves), { kind: "plain", icon: "close" }),
            ],
        ),
    ];
}

const link = (href, image, label) => h("a", { href }, icon(image), label);

async function publish(path, { reload }) {
    await api.post(`${path}/publish`);
    toast(t("tools.published"));
    reload();
}

async function cancel(activity, path, { reload }) {
    const question = {
        title: t("cancel.sure", { title: activity.title }),
        text: t("cancel.text"),
        yes: t("cancel.do"),
        no: t("cancel.keep"),
        danger: true,
    };
    if (await confirm(question)) {
        await api.post(`${path}/cancel`);
        toast(t("cancel.done"));
        reload();
    }
}

/** Duplicates an activity; the default start is a week later. */
async function duplicate(activity, path, { go }) {
    const copy = await dialog(t("duplicate.title"), (close) => [
        h("p", null, t("duplicate.text")),
        form({
            fields: [
                activity.allDay
                    ? field({
                          name: "startsOn",
                          label: t("plan.startsOn"),
                          type: "date",
                          value: later(activity.startsLocal, WEEK_DAYS).slice(0, 10),
                          required: true,
                      })
                    : field({
                          name: "startsLocal",
                          label: t("plan.starts"),
                          type: "datetime-local",
                          value: later(activity.startsLocal, WEEK_DAYS),
                          required: true,
                      }),
            ],
            submit: t("duplicate.do"),
            cancel: button(t("ui.cancel"), { onclick: () => close(undefined) }),
            async onsubmit(start) {
                close(await api.post(`${path}/duplicate`, start));
            },
        }),
    ]);
    if (copy) {
        const keep = !copy.adjusted || (await confirmShiftedTime(copy));
        toast(t("duplicate.done"));
        go(to("groups", copy.groupId, "activities", copy.id, ...(keep ? [] : ["edit"])));
    }
}

function later(local, days) {
    const moved = new Date(`${local}Z`);
    moved.setUTCDate(moved.getUTCDate() + days);
    return moved.toISOString().slice(0, 16);
}
