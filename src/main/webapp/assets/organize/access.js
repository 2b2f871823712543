/** Access to a group's views by role, and their common frame. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { isMember, membershipIn } from "../group-access.js";
import { t } from "../i18n.js";
import { button } from "../ui/buttons.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { style } from "../ui/style.js";

const ROLES = ["member", "organizer", "owner"];

/** Whether a role is at least another one. */
export const isAtLeast = (role, least) => ROLES.indexOf(role) >= ROLES.indexOf(least);

/**
 * A view that needs a role in the group; others see a page that says so.
 *
 * @param {"member"|"organizer"|"owner"} least
 * @param {(at: {group: Object, role: string, params: Object, query: Object, signal: AbortSignal}) => Promise<Element>} make
 */
export const forRole = (least, make) => async (at) => {
    const [group, membership] = await Promise.all([
        api.get(`/groups/${at.params.group}`, { signal: at.signal }),
        membershipIn(at.params.group, at.signal),
        style(new URL("organize.css", import.meta.url)),
    ]);
    const role = isMember(membership) ? membership.role : null;
    return isAtLeast(role, least) ? make({ ...at, group, role }) : closed(group, least);
};

const closed = (group, least) =>
    page(
        { title: t("access.title"), width: "narrow" },
        empty({
            image: "lock",
            title: t(`access.${least}`, { group: group.name }),
            action: button(t("access.toGroup"), { href: to("groups", group.id) }),
        }),
    );

/** The tabs of a group, with the role that each needs. */
const TABS = [
    ["members", "member"],
    ["invitations", "organizer"],
    ["series", "organizer"],
    ["settings", "owner"],
    ["audit", "owner"],
];

/** The frame of a tab; `tab` is its name. */
export const groupPage = ({ group, role, tab, ...head }, ...children) =>
    page(
        { ...head, title: t(`tab.${tab}`), back: { href: to("groups", group.id), label: group.name } },
        isAtLeast(role, "organizer") && tabs(group, role, tab),
        group.state === "archived" && h("p", { class: "note" }, t("access.archived")),
        ...children,
    );

function tabs(group, role, current) {
    const nav = h(
        "nav",
        { class: "tabs", "aria-label": t("tab.all", { group: group.name }) },
        tabsFor(role).map((tab) =>
            h("a", { href: to("groups", group.id, tab), "aria-current": tab === current && "page" }, t(`tab.${tab}`)),
        ),
    );
    requestAnimationFrame(() => {
        const { offsetLeft, offsetWidth } = nav.querySelector("[aria-current]");
        nav.scrollLeft = offsetLeft + offsetWidth - nav.offsetLeft - nav.offsetWidth + 24;
    });
    return nav;
}

/** The tabs that a role can see. */
export const tabsFor = (role) => TABS.filter(([, least]) => isAtLeast(role, least)).map(([tab]) => tab);
