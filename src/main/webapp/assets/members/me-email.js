/** The address of the account: whether it is verified, and another one. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { session } from "../session.js";
import { badge } from "../ui/badge.js";
import { field, form } from "../ui/forms.js";
import { later } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { linkAgain } from "../ui/unverified.js";
import { currentPasswordField } from "./current-password.js";
import { part } from "./me-part.js";
import { waysToSignIn } from "./me-password.js";

export function email(signal) {
    const place = h("div", { class: "part-body" });
    const draw = (mail, hasPassword) =>
        replace(place, about(session.user, mail), mail !== "off" && another(hasPassword, () => draw(mail, hasPassword)));
    return part(
        "email",
        null,
        later(async () => {
            const [{ mail }, { hasPassword }] = await Promise.all([mailSettings(signal), waysToSignIn(signal)]);
            return draw(mail, hasPassword);
        }),
    );
}

/** What is told by mail; `mail` is whether it arrives. */
export const mailSettings = (signal) => api.get("/me/notification-settings", { signal });

/** The address, what is to be done about it, and the one that takes its place. */
const about = ({ email: address, emailVerified, pendingEmail }, mail) => [
    h(
        "p",
        { class: "badges" },
        h("strong", null, address),
        emailVerified ? badge(t("me.emailVerified"), "good") : badge(t("me.emailUnverified"), "warn"),
    ),
    mail === "undeliverable" && h("p", { class: "note warn" }, t("me.emailUndeliverable")),
    pendingEmail && h("p", { class: "note" }, t("me.emailPending", { email: pendingEmail })),
    !pendingEmail && !emailVerified && mail !== "off" && h("p", { class: "note" }, t("me.emailVerify")),
    (pendingEmail || !emailVerified) && mail !== "off" && h("div", { class: "actions" }, linkAgain()),
    mail === "off" && h("p", { class: "muted" }, t("me.emailFixed")),
];

const another = (hasPassword, redraw) =>
    hasPassword ? change(redraw) : h("p", { class: "muted" }, t("me.emailNeedsPassword"));

const change = (redraw) =>
    form({
        fields: [
            field({
                name: "email",
                label: t("me.newEmail"),
                type: "email",
                required: true,
                maxlength: 254,
                autocomplete: "email",
            }),
            currentPasswordField(),
        ],
        submit: t("me.changeEmail"),
        kind: null,
        async onsubmit(wanted) {
            session.update(await api.patch("/me", wanted));
            redraw();
            toast(t("me.emailAsked", { email: wanted.email }));
        },
    });
