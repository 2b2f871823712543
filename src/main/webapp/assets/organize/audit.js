/** The audit log of a group, for owners. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { has, rich, t, when } from "../i18n.js";
import { list } from "../ui/lists.js";
import { empty } from "../ui/states.js";
import { forRole, groupPage } from "./access.js";
import { Names } from "./names.js";

export const view = forRole("owner", async ({ group, role, signal }) => {
    const names = new Names(group.id, signal);
    const [activities] = await Promise.all([api.all(`/groups/${group.id}/activities`, { signal }), names.find()]);
    const titles = new Map(activities.map((activity) => [activity.id, activity.title]));
    return groupPage(
        { group, role, tab: "audit", lead: t("audit.lead") },
        await list({
            load: (cursor) => api.get(`/groups/${group.id}/audit`, { query: { cursor, limit: 50 }, signal }),
            item: (entry) => row(entry, { group, name: names.of, titles }),
            none: empty({ image: "list", title: t("audit.none") }),
        }),
    );
});

const row = (entry, { group, name, titles }) =>
    h(
        "div",
        { class: "row" },
        h(
            "div",
            { class: "row-main" },
            h(
                "p",
                null,
                rich(has(`audit.${entry.action}`) ? `audit.${entry.action}` : "audit.other", {
                    actor: h("strong", null, name(entry.actorId)),
                    user: h("strong", null, name(entry.userId)),
                    activity: activity(entry, group, titles),
                    action: entry.action,
                }),
            ),
            entry.reason && h("p", { class: "muted small" }, t("audit.reason", { reason: entry.reason })),
        ),
        h("time", { class: "muted small", datetime: entry.at }, when(entry.at, "moment")),
    );

const activity = ({ activityId }, group, titles) =>
    titles.has(activityId)
        ? h("a", { href: to("groups", group.id, "activities", activityId) }, titles.get(activityId))
        : t("audit.noActivity");
