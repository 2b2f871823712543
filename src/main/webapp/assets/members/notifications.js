/** The person's notifications. */

import { to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { myGroups } from "../group-access.js";
import { ago, has, isolated, t, when } from "../i18n.js";
import { icon } from "../icons.js";
import { countUnread } from "../shell.js";
import { action } from "../ui/actions.js";
import { list } from "../ui/lists.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";

const ICONS = { activity: "calendar", signup: "check", group: "group", member: "group", invitation: "mail" };

export async function view({ query, signal }) {
    const onlyUnread = query.show === "unread";
    const names = new Map((await myGroups(signal)).map(({ group }) => [group.id, group.name]));
    const shown = await list({
        name: "notifications",
        load: (cursor) =>
            api.get("/me/notifications", { query: { unread: onlyUnread ? true : null, limit: 20, cursor }, signal }),
        item: (told) => row(told, names.get(told.groupId), signal),
        none: empty({ title: t(onlyUnread ? "notifications.allRead" : "notifications.none"), image: "bell" }),
    });
    const readAll = async () => {
        // Only up to the newest that is shown: later ones have not been seen.
        const first = shown.querySelector("[data-notification]");
        await api.post("/me/notifications/read", { upTo: first.dataset.notification });
        shown.querySelectorAll(".unread").forEach((one) => one.classList.remove("unread"));
        shown.querySelectorAll(".new").forEach((one) => one.remove());
        await countUnread();
    };
    return page(
        {
            title: t("notifications.title"),
            actions: shown.querySelector(".unread")
                ? [action(t("notifications.readAll"), readAll, { icon: "check" })]
                : [],
        },
        (onlyUnread || shown.querySelector("li")) &&
            h(
                "p",
                null,
                h(
                    "a",
                    { href: onlyUnread ? to("notifications") : withQuery(to("notifications"), { show: "unread" }) },
                    t(onlyUnread ? "notifications.showAll" : "notifications.showUnread"),
                ),
            ),
        shown,
    );
}

function row(told, group, signal) {
    const [area] = told.kind.split(".");
    const key = `told.${told.kind}`;
    const deleted = told.subject !== null;
    const about = h("span", null, told.subject ?? group ?? t("told.aGroup"));
    const said = has(key) ? t(key) : t("told.other");
    const words = deleted ? said : h("a", { href: addressOf(told) }, said);
    if (told.activityId !== null && !deleted) {
        name(told, about, group, signal);
    }
    return h(
        "div",
        { class: ["row", "notification", told.readAt === null && "unread"], data: { notification: told.id } },
        icon(ICONS[area] ?? "bell"),
        h(
            "div",
            { class: "row-main" },
            h("p", { class: "row-title" }, words),
            h(
                "p",
                { class: "row-line" },
                about,
                h("time", { datetime: told.at, title: when(told.at, "moment") }, ago(told.at)),
            ),
            told.reason && h("p", { class: "quote" }, told.reason),
        ),
        told.readAt === null && h("span", { class: "new badge" }, t("notifications.new")),
    );
}

/** The address that a notification links to. */
function addressOf({ kind, groupId, activityId }) {
    if (activityId !== null) {
        return to("groups", groupId, "activities", activityId);
    }
    return kind === "member.requested"
        ? withQuery(to("groups", groupId, "members"), { state: "requested" })
        : to("groups", groupId);
}

const titles = new Map();

/** Adds the title of the activity, if the person can still see it. */
async function name({ groupId, activityId }, about, group, signal) {
    if (!titles.has(activityId)) {
        titles.set(
            activityId,
            api.get(`/groups/${groupId}/activities/${activityId}`, { signal }).then(({ title }) => title),
        );
    }
    try {
        about.textContent = [await titles.get(activityId), group].filter(Boolean).map(isolated).join(" · ");
    } catch {
        titles.delete(activityId);
    }
}
