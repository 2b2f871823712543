/** The view of a link to a new password. Only its button uses the link up: programs that look at links in mail do not. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { spend, tokenFor } from "../link-tokens.js";
import { session } from "../session.js";
import { field, form, mark } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";

export async function view() {
    const token = tokenFor("reset");
    if (token === null) {
        return page(
            { title: t("reset.title"), width: "narrow" },
            empty({ image: "mail", title: t("link.missing"), text: t("link.missingText"), action: askAgain() }),
        );
    }
    return page(
        { title: t("reset.title"), lead: t("reset.lead"), width: "narrow" },
        h("div", { class: "card" }, newPassword(token)),
        h("p", null, askAgain()),
    );
}

const askAgain = () => h("a", { href: to("forgot-password") }, t("reset.askAgain"));

const newPassword = (token) =>
    form({
        fields: [
            hidden({ name: "password", label: t("me.newPassword"), hint: t("signUp.passwordHint") }),
            hidden({ name: "again", label: t("reset.again") }),
        ],
        submit: t("reset.submit"),
        async onsubmit({ password, again }, made, { go }) {
            if (password !== again) {
                mark(made.elements.again, t("reset.differ"));
                made.elements.again.focus();
                return;
            }
            await api.post("/new-passwords", { token, password }, { quiet: true });
            spend("reset");
            // The server has ended all sessions of the account, which may be the one that is signed in here.
            await session.load();
            go(to("sign-in"));
            toast(t("reset.done"));
        },
    });

const hidden = (options) =>
    field({
        ...options,
        type: "password",
        required: true,
        minlength: 8,
        maxlength: 256,
        autocomplete: "new-password",
    });
