/** The sign-in form. */

import { t } from "../i18n.js";
import { session } from "../session.js";
import { field, form } from "../ui/forms.js";

export const credentials = (done) =>
    form({
        fields: [
            field({ name: "email", label: t("signIn.email"), type: "email", required: true, autocomplete: "username" }),
            field({
                name: "password",
                label: t("signIn.password"),
                type: "password",
                required: true,
                autocomplete: "current-password",
            }),
        ],
        submit: t("signIn.submit"),
        async onsubmit({ email, password }) {
            try {
                await session.signIn(email, password);
            } catch (failure) {
                failure.type = failure.status === 401 ? "credentials" : failure.type;
                throw failure;
            }
            done();
        },
    });
