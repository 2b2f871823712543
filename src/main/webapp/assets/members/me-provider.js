/** Linking the account with the provider, if there is one. */

import { to, withQuery } from "../address.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { field, form } from "../ui/forms.js";
import { part } from "./me-part.js";
import { ifProvided, leave } from "./provider.js";

/** @param {boolean} linked whether the browser comes from the provider, and the account is linked now */
export const provider = (linked, signal) => ifProvided(signal, (offered) => linking(offered, linked));

const linking = ({ name }, linked) =>
    part(
        "provider",
        t("me.providerLead", { name }),
        linked && h("p", { class: "note", role: "status" }, t("me.providerLinked", { name })),
        form({
            fields: [
                field({
                    name: "currentPassword",
                    label: t("me.currentPassword"),
                    hint: t("me.providerPasswordHint"),
                    type: "password",
                    autocomplete: "current-password",
                }),
            ],
            submit: t("me.providerLink", { name }),
            kind: null,
            onsubmit: ({ currentPassword }) =>
                leave({
                    link: true,
                    returnTo: withQuery(to("me"), { at: "provider", linked: "yes" }),
                    ...(currentPassword && { currentPassword }),
                }),
        }),
    );
