/** The view that creates an account. */

import { to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { here, isPlaced, offsetOf, rich, t } from "../i18n.js";
import { go } from "../navigation.js";
import { session } from "../session.js";
import { field, form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { toast } from "../ui/toasts.js";
import { zoneField } from "../ui/zone-field.js";
import { nextView } from "./sign-in.js";

export async function view({ query }) {
    return page(
        { title: t("signUp.title"), lead: t("signUp.lead"), width: "narrow" },
        h(
            "div",
            { class: "card" },
            form({
                fields: [
                    field({
                        name: "displayName",
                        label: t("signUp.name"),
                        hint: t("signUp.nameHint"),
                        required: true,
                        maxlength: 100,
                        autocomplete: "name",
                    }),
                    field({
                        name: "email",
                        label: t("signIn.email"),
                        type: "email",
                        required: true,
                        maxlength: 254,
                        autocomplete: "username",
                    }),
                    field({
                        name: "password",
                        label: t("signIn.password"),
                        hint: t("signUp.passwordHint"),
                        type: "password",
                        required: true,
                        minlength: 8,
                        maxlength: 256,
                        autocomplete: "new-password",
                    }),
                    zoneField({
                        name: "zone",
                        label: t("signUp.zone"),
                        hint: isPlaced() ? null : t("app.noZone"),
                        value: here(),
                    }),
                ],
                submit: t("signUp.submit"),
                async onsubmit(wanted) {
                    await api.post("/users", { ...wanted, utcOffset: offsetOf(wanted.zone) }, { quiet: true });
                    await session.signIn(wanted.email, wanted.password);
                    toast(t("signUp.welcome", { name: wanted.displayName }));
                    go(nextView(query));
                },
            }),
        ),
        h(
            "p",
            { class: "muted" },
            rich("signUp.have", {
                link: h("a", { href: withQuery(to("sign-in"), { to: query.to }) }, t("app.signIn")),
            }),
        ),
    );
}
