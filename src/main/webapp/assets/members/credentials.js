/** The ways to sign in: with a password, or with the provider. */

import { to } from "../address.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { session } from "../session.js";
import { field, form } from "../ui/forms.js";
import { askForCode } from "./code-field.js";
import { ifProvided, providerButton } from "./provider.js";

/**
 * @param {Object} options
 * @param {() => void} options.done called when somebody has signed in with a password
 * @param {string} options.next the address of the view after signing in with the provider
 * @param {string} [options.email] of the only person who may sign in
 * @param {AbortSignal} [options.signal]
 */
export const credentials = ({ done, next, email: known, signal }) => [
    form({
        fields: [
            field({
                name: "email",
                label: t("signIn.email"),
                type: "email",
                value: known,
                readonly: known !== undefined,
                required: true,
                autocomplete: "username",
            }),
            field({
                name: "password",
                label: t("signIn.password"),
                type: "password",
                required: true,
                autocomplete: "current-password",
                autofocus: known !== undefined,
            }),
        ],
        submit: t("signIn.submit"),
        cancel: h("a", { href: to("forgot-password") }, t("signIn.forgot")),
        async onsubmit({ email, password, code }, made) {
            try {
                await session.signIn(email, password, code);
            } catch (failure) {
                if (failure.type === "second-factor-required" && !made.elements.code) {
                    askForCode(made);
                    return;
                }
                failure.type = failure.type === "unauthenticated" ? "credentials" : failure.type;
                throw failure;
            }
            done();
        },
    }),
    ifProvided(signal, (provider) => providerButton(provider, next)),
];
