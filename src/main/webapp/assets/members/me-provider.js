/** The links of the account with the provider, if there is one. */

import { to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t, when } from "../i18n.js";
import { action } from "../ui/actions.js";
import { confirm } from "../ui/dialogs.js";
import { form } from "../ui/forms.js";
import { row } from "../ui/lists.js";
import { later } from "../ui/states.js";
import { askForCode, codeField } from "./code-field.js";
import { currentPasswordField } from "./current-password.js";
import { part } from "./me-part.js";
import { waysToSignIn } from "./me-password.js";
import { ifProvided, leave } from "./provider.js";

/** @param {boolean} linked whether the browser comes from the provider, and the account is linked now */
export const provider = (linked, signal) => ifProvided(signal, (offered) => linking(offered, linked, signal));

function linking({ name }, linked, signal) {
    const place = h("div", { class: "part-body" });
    const draw = async (news) => {
        const { items, hasPassword, secondFactor } = await waysToSignIn(signal);
        return replace(
            place,
            news && h("p", { class: "note", role: "status" }, news),
            links(name, items, draw),
            link(name, hasPassword, secondFactor),
        );
    };
    return part(
        "provider",
        t("me.providerLead", { name }),
        later(() => draw(linked && t("me.providerLinked", { name }))),
    );
}

const links = (name, items, redraw) =>
    items.length > 0 &&
    h(
        "ul",
        { class: "list" },
        items.map(({ id, issuer, linkedAt }) =>
            h(
                "li",
                null,
                row(
                    { title: t("me.providerSince", { name, date: when(linkedAt, "date") }), about: issuer },
                    h("div", { class: "actions" }, action(t("me.providerUnlink"), () => unlink(id, name, redraw), { kind: "quiet" })),
                ),
            ),
        ),
    );

async function unlink(id, name, redraw) {
    const sure = await confirm({
        title: t("me.providerUnlinkSure", { name }),
        text: t("me.providerUnlinkText", { name }),
        yes: t("me.providerUnlink"),
        danger: true,
    });
    if (sure) {
        await api.delete(`/me/providers/${id}`);
        await redraw(t("me.providerUnlinked", { name }));
    }
}

function link(name, hasPassword, secondFactor) {
    const made = form({
        fields: [hasPassword && currentPasswordField(), secondFactor && codeField()],
        submit: t("me.providerLink", { name }),
        kind: null,
        onsubmit: (wanted) =>
            leave({ ...wanted, link: true, returnTo: withQuery(to("me"), { at: "provider", linked: "yes" }) }),
        onfailure({ errors }) {
            // The account has got a second factor since.
            const asks = !made.elements.code && errors?.some(({ pointer }) => pointer === "#/code");
            if (asks) {
                askForCode(made);
            }
            return asks;
        },
    });
    return made;
}
