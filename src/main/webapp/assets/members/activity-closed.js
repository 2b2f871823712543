/** An activity that only members of its group can see, for somebody who is not one: how to become one, and come back. */

import { current, to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { membershipIn } from "../group-access.js";
import { t } from "../i18n.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { initial } from "../ui/initial.js";
import { page } from "../ui/page.js";
import { toast } from "../ui/toasts.js";

/** @param {string} id of the group, which can be seen */
export async function closed(id, signal) {
    const [group, membership] = await Promise.all([
        api.get(`/groups/${id}`, { signal }),
        membershipIn(id, signal),
    ]);
    return page(
        {
            title: t("closed.title"),
            lead: t("closed.text", { group: group.name }),
            group,
            image: initial(group, "large"),
            width: "medium",
        },
        group.description && h("p", { class: "prose" }, group.description),
        session.user ? joining(group, membership) : entrance(),
        h("p", null, h("a", { href: to("groups", id) }, t("closed.toGroup", { group: group.name }))),
    );
}

/** Signing up and signing in, and back to here. */
function entrance() {
    const back = { to: current() };
    return h(
        "div",
        { class: "actions" },
        button(t("app.signIn"), { kind: "primary", href: withQuery(to("sign-in"), back) }),
        button(t("app.signUp"), { href: withQuery(to("sign-up"), back) }),
    );
}

function joining(group, membership) {
    if (membership?.state === "requested") {
        return h("p", { class: "note" }, t("closed.asked"));
    }
    if (group.joinPolicy === "invite" || group.state !== "active") {
        return h("p", { class: "note" }, t("closed.invite"));
    }
    const join = async ({ refresh }) => {
        const { state } = await api.put(`/groups/${group.id}/members/me`);
        toast(t(state === "active" ? "group.joined" : "group.asked", { name: group.name }));
        refresh();
    };
    return h(
        "div",
        { class: "actions" },
        action(t(group.joinPolicy === "open" ? "group.join" : "group.ask"), join, { kind: "primary" }),
    );
}
