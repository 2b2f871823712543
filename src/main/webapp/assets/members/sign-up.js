/** The view that creates an account. */

import { parse, to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { here, isPlaced, offsetOf, rich, t } from "../i18n.js";
import { go } from "../navigation.js";
import { server } from "../server.js";
import { session } from "../session.js";
import { button } from "../ui/buttons.js";
import { field, form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { zoneField } from "../ui/zone-field.js";
import { providerButton } from "./provider.js";
import { nextView } from "./sign-in.js";

export async function view({ query, signal }) {
    const { registration, provider } = await server(signal);
    const wanted = nextView(query);
    const invited = await invitation(wanted, signal);
    const signIn = h(
        "p",
        { class: "muted" },
        rich("signUp.have", {
            link: h("a", { href: withQuery(to("sign-in"), { to: query.to }) }, t("app.signIn")),
        }),
    );
    if (registration === "closed" || (registration === "invited" && invited === null)) {
        return page(
            { title: t("signUp.title"), width: "narrow" },
            empty({ image: "lock", title: t(`signUp.${registration}`), text: t(`signUp.${registration}Text`) }),
            signIn,
        );
    }
    const place = h("div", { class: "card" });
    const next = invited === null ? wanted : to("groups", invited.group.id);
    return page(
        {
            title: t("signUp.title"),
            lead: invited === null ? t("signUp.lead") : t("signUp.joining", { group: invited.group.name }),
            width: "narrow",
        },
        replace(
            place,
            account({ token: invited?.token, next, wanted, place }),
            provider && h("div", { class: "provided" }, providerButton(provider, wanted)),
        ),
        signIn,
    );
}

/** What an invitation offers, and its token, if that is where somebody comes from; null if it is not, or it cannot be used. */
async function invitation(address, signal) {
    const { segments, query } = parse(address);
    if (segments[0] !== "invitations" || !query.token) {
        return null;
    }
    try {
        const offer = await api.get(`/invitations/${encodeURIComponent(query.token)}`, { signal });
        return { ...offer, token: query.token };
    } catch (failure) {
        if ([404, 409].includes(failure.status)) {
            return null;
        }
        throw failure;
    }
}

const account = ({ token, next, wanted: view, place }) =>
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
            const body = { ...wanted, utcOffset: offsetOf(wanted.zone), ...(token && { invitation: token }) };
            const made = await api.post("/users", body, { quiet: true });
            if (made.id === undefined) {
                // Whether there was an account already is told by mail only.
                replace(place, mailbox(wanted.email, view));
                place.querySelector("h2").focus();
                return;
            }
            await session.signIn(wanted.email, wanted.password);
            toast(t("signUp.welcome", { name: wanted.displayName }));
            go(next);
        },
    });

const mailbox = (email, next) => [
    h("h2", { tabindex: "-1" }, t("mailbox.title")),
    h("p", null, t("signUp.sent", { email })),
    h("p", { class: "muted" }, t("mailbox.missing")),
    h(
        "div",
        { class: "actions" },
        button(t("app.signIn"), { kind: "primary", href: withQuery(to("sign-in"), { to: next }) }),
    ),
];
