/** The password of the account: another one, or the first of somebody who signs in with a provider. */

import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { field, form } from "../ui/forms.js";
import { later } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { currentPasswordField } from "./current-password.js";
import { part } from "./me-part.js";

export const password = (signal) =>
    part(
        "password",
        null,
        later(async () => h("div", { class: "part-body" }, (await waysToSignIn(signal)).hasPassword ? change() : first())),
    );

/** How the person can sign in: `{ items, hasPassword, secondFactor }`, where the items are links with providers. */
export const waysToSignIn = (signal) => api.get("/me/providers", { signal });

const change = () => [
    h("p", { class: "muted" }, t("me.passwordLead")),
    form({
        fields: [
            h("input", {
                type: "text",
                name: "username",
                value: session.user.email,
                autocomplete: "username",
                readonly: true,
                hidden: true,
                "aria-label": t("signIn.email"),
            }),
            currentPasswordField(),
            field({
                name: "password",
                label: t("me.newPassword"),
                hint: t("signUp.passwordHint"),
                type: "password",
                required: true,
                minlength: 8,
                maxlength: 256,
                autocomplete: "new-password",
            }),
        ],
        submit: t("me.changePassword"),
        kind: null,
        async onsubmit({ currentPassword, password: wanted }, made) {
            await api.patch("/me", { currentPassword, password: wanted }, { ifUnknown: "password-unknown" });
            made.reset();
            toast(t("me.passwordChanged"));
        },
    }),
];

/** Whoever has the mailbox may set it, not whoever has the session. */
const first = () => [
    h("p", { class: "muted" }, t("me.passwordNone")),
    h("div", { class: "actions" }, action(t("me.passwordFirst"), ask, { icon: "mail" })),
];

async function ask() {
    const { email } = session.user;
    await api.post("/password-resets", { email });
    toast(t("me.passwordAsked", { email }));
}
