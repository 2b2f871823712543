/** Search for groups. */

import { to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { myGroups } from "../group-access.js";
import { t } from "../i18n.js";
import { latest } from "../latest.js";
import { rename } from "../navigation.js";
import { session } from "../session.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { initial } from "../ui/initial.js";
import { list } from "../ui/lists.js";
import { page } from "../ui/page.js";
import { search } from "../ui/search.js";
import { empty, failed } from "../ui/states.js";
import { announce } from "../ui/toasts.js";

export async function view({ query, signal }) {
    const mine = new Map((await myGroups(signal)).map(({ group, membership }) => [group.id, membership]));
    const found = h("div", { class: "found" });
    let asked = query.q ?? "";

    const read = latest(() =>
        list({
            name: `groups ${asked}`,
            load: (cursor) => api.get("/groups", { query: { q: asked || null, limit: 20, cursor }, signal }),
            item: (group) => groupRow(group, mine.get(group.id)),
            none: empty({
                title: asked ? t("groups.noneFound") : t("groups.none"),
                text: asked ? t("groups.noneFoundText") : t("groups.noneText"),
                image: "search",
                action: session.user && create("primary"),
            }),
        }),
    );
    const show = async () => {
        try {
            const shown = await read();
            if (shown !== undefined) {
                replace(found, shown);
            }
        } catch (failure) {
            if (failure.name !== "AbortError") {
                replace(found, failed(failure, show));
            }
        }
    };

    const find = async (text) => {
        asked = text;
        rename(withQuery(to("groups"), { q: asked }));
        await show();
        announce(t("groups.found", { count: found.querySelectorAll("li").length }));
    };
    await show();
    return page(
        {
            title: t("groups.title"),
            actions: session.user ? [create()] : [],
        },
        search({ label: t("groups.search"), value: asked, maxlength: 100, signal, onsearch: find }),
        found,
    );
}

const create = (kind) => button(t("groups.new"), { icon: "plus", kind, href: to("groups", "new") });

/** A group as a row, with the person's membership. */
export const groupRow = (group, membership) =>
    h(
        "div",
        { class: "row" },
        initial(group),
        h(
            "div",
            { class: "row-main" },
            h("p", { class: "row-title" }, h("a", { href: to("groups", group.id) }, group.name)),
            group.description && h("p", { class: "row-line clamp" }, group.description),
        ),
        h(
            "div",
            { class: "badges" },
            membership ? own(membership) : h("span", { class: "muted small" }, t(`policy.${group.joinPolicy}`)),
        ),
    );

const own = (membership) =>
    membership.state === "requested"
        ? badge(t("groups.requested"), "warn")
        : badge(t(`role.${membership.role}`));
