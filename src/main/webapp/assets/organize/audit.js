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
    const [titles] = await Promise.all([titlesIn(group, signal), names.find()]);
    return groupPage(
        { group, role, tab: "audit", lead: t("audit.lead") },
        await list({
            async load(cursor) {
                const found = await api.get(`/groups/${group.id}/audit`, { query: { cursor, limit: 50 }, signal });
                await titles.find(found.items);
                return found;
            },
            item: (entry) => row(entry, { group, name: names.of, titles }),
            none: empty({ image: "list", title: t("audit.none") }),
        }),
    );
});

/** More activities of a group are not read at once: the oldest are. */
const MOST = 1000;

/** The titles of activities by their ids; `find` reads those that entries are about and that are not known yet. */
async function titlesIn(group, signal) {
    const path = `/groups/${group.id}/activities`;
    const activities = await api.all(path, { signal, most: MOST });
    const titles = new Map(activities.map(({ id, title }) => [id, title]));
    const read = async (id) => {
        try {
            titles.set(id, (await api.get(`${path}/${id}`, { signal })).title);
        } catch (failure) {
            if (failure.status !== 404) {
                throw failure;
            }
        }
    };
    const find = async (entries) => {
        const unknown = new Set(entries.map(({ activityId }) => activityId).filter((id) => id !== null && !titles.has(id)));
        if (activities.length >= MOST) {
            await Promise.all([...unknown].map(read));
        }
    };
    return { find, of: (id) => titles.get(id) };
}

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
    titles.of(activityId)
        ? h("a", { href: to("groups", group.id, "activities", activityId) }, titles.of(activityId))
        : t("audit.noActivity");
