/** The view that accepts an invitation. */

import { current, to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { explain } from "../problems.js";
import { session } from "../session.js";
import { button } from "../ui/buttons.js";
import { form } from "../ui/forms.js";
import { initial } from "../ui/initial.js";
import { linked } from "../ui/linked.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";

export async function view({ params, signal }) {
    const path = `/invitations/${encodeURIComponent(params.token)}`;
    let offer;
    try {
        offer = await api.get(path, { signal });
    } catch (failure) {
        if (![404, 409].includes(failure.status)) {
            throw failure;
        }
        return page(
            { title: t("invitation.title"), width: "narrow" },
            empty({
                image: "mail",
                title: t("invitation.gone"),
                text: failure.status === 404 ? t("invitation.goneText") : explain(failure),
                action: button(t("app.toStart"), { href: to("") }),
            }),
        );
    }
    const { group, invitedBy, role } = offer;
    return page(
        {
            title: t("invitation.to", { group: group.name }),
            lead: [
                t("invitation.by", { name: invitedBy }),
                role !== "member" && ` ${t("invitation.role", { role: t(`role.${role}`) })}`,
            ],
            group,
            image: initial(group, "large"),
            width: "medium",
        },
        group.description && h("p", { class: "prose" }, linked(group.description)),
        session.user ? accepting(path) : entrance(),
    );
}

const accepting = (path) =>
    h(
        "div",
        { class: "card" },
        form({
            fields: [h("p", null, t("invitation.as", { name: session.user.displayName }))],
            submit: t("invitation.accept"),
            async onsubmit(typed, filled, { go }) {
                const { group } = await api.post(`${path}/accept`);
                toast(t("group.joined", { name: group.name }));
                go(to("groups", group.id));
            },
        }),
    );

function entrance() {
    const back = { to: current() };
    return h(
        "div",
        { class: "card" },
        h("p", null, t("invitation.leadStranger")),
        h(
            "div",
            { class: "actions" },
            button(t("app.signUp"), { kind: "primary", href: withQuery(to("sign-up"), back) }),
            button(t("app.signIn"), { href: withQuery(to("sign-in"), back) }),
        ),
    );
}
