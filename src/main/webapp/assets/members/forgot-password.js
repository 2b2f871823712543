/** The view that asks for a link to a new password. What it says does not depend on whether there is an account. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { server } from "../server.js";
import { button } from "../ui/buttons.js";
import { field, form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";

export async function view({ signal }) {
    const { mail } = await server(signal);
    const head = { title: t("forgot.title"), back: { href: to("sign-in"), label: t("app.signIn") }, width: "narrow" };
    return mail
        ? page({ ...head, lead: t("forgot.lead") }, asking())
        : page(head, empty({ image: "mail", title: t("forgot.none"), text: t("forgot.noneText") }));
}

function asking() {
    const place = h("div", { class: "card" });
    return replace(
        place,
        form({
            fields: [
                field({
                    name: "email",
                    label: t("signIn.email"),
                    type: "email",
                    required: true,
                    maxlength: 254,
                    autocomplete: "username",
                }),
            ],
            submit: t("forgot.submit"),
            async onsubmit({ email }) {
                await api.post("/password-resets", { email }, { quiet: true });
                replace(place, sent(email));
                place.querySelector("h2").focus();
            },
        }),
    );
}

const sent = (email) => [
    h("h2", { tabindex: "-1" }, t("mailbox.title")),
    h("p", null, t("forgot.sent", { email })),
    h("p", { class: "muted" }, t("mailbox.missing")),
    h("div", { class: "actions" }, button(t("app.signIn"), { href: to("sign-in") })),
];
