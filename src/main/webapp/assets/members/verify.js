/** The view of a link that verifies an address. Only its button uses the link up, for whoever is signed in to the account. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { spend, tokenFor } from "../link-tokens.js";
import { session } from "../session.js";
import { button } from "../ui/buttons.js";
import { form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";

export async function view() {
    const token = tokenFor("verify");
    const title = t("verify.title");
    if (token === null) {
        const action = button(t("app.me"), { href: to("me") });
        return page(
            { title, width: "narrow" },
            empty({ image: "mail", title: t("link.missing"), text: t("link.missingText"), action }),
        );
    }
    return page(
        { title, width: "narrow" },
        h(
            "div",
            { class: "card" },
            form({
                fields: [
                    h("p", null, t("verify.as", { name: session.user.displayName, email: session.user.email })),
                    h("p", { class: "muted" }, t("verify.other")),
                ],
                submit: t("verify.submit"),
                async onsubmit(typed, filled, { go }) {
                    session.update(await api.post("/email-verifications", { token }));
                    spend("verify");
                    go(to("me"));
                    toast(t("verify.done", { email: session.user.email }));
                },
            }),
        ),
    );
}
