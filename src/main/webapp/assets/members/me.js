/** The account: profile, address, mail, messages to this browser, appearance, calendar link, password, second factor, provider, sessions, tokens, data. */

import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { language, languages, setTheme, theme, themes } from "../preferences.js";
import { session } from "../session.js";
import { signOut, speakOrTell } from "../shell.js";
import { action } from "../ui/actions.js";
import { field, form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { toast } from "../ui/toasts.js";
import { zoneField } from "../ui/zone-field.js";
import { calendar } from "./me-calendar.js";
import { data } from "./me-data.js";
import { email } from "./me-email.js";
import { mail } from "./me-mail.js";
import { part } from "./me-part.js";
import { password } from "./me-password.js";
import { provider } from "./me-provider.js";
import { push } from "./me-push.js";
import { secondFactor } from "./me-second-factor.js";
import { sessions } from "./me-sessions.js";
import { tokens } from "./me-tokens.js";

export async function view({ query, signal }) {
    let links = provider(query.linked === "yes", signal);
    const relink = () => {
        const redrawn = provider(false, signal);
        links.replaceWith(redrawn);
        links = redrawn;
    };
    const shown = page(
        {
            title: t("me.title"),
            lead: session.user.email,
            actions: [action(t("app.signOut"), signOut, { icon: "signOut", offline: true })],
            width: "medium",
        },
        h(
            "div",
            { class: "settings" },
            profile(),
            email(signal),
            mail(signal),
            push(signal),
            appearance(),
            calendar(),
            password(signal),
            secondFactor(signal, relink),
            links,
            sessions(signal),
            tokens(signal),
            data(),
        ),
    );
    if (query.at) {
        requestAnimationFrame(() => {
            const there = shown.querySelector(`[data-at="${CSS.escape(query.at)}"]`);
            there?.scrollIntoView({ block: "start" });
        });
    }
    return shown;
}

const profile = () =>
    part(
        "profile",
        null,
        form({
            fields: [
                field({
                    name: "displayName",
                    label: t("signUp.name"),
                    hint: t("signUp.nameHint"),
                    value: session.user.displayName,
                    required: true,
                    maxlength: 100,
                    autocomplete: "name",
                }),
                zoneField({ name: "zone", label: t("signUp.zone"), value: session.user.zone }),
            ],
            submit: t("ui.save"),
            async onsubmit(wanted) {
                session.update(await api.patch("/me", wanted));
                toast(t("ui.saved"));
            },
        }),
    );

const appearance = () =>
    part(
        "appearance",
        t("me.appearanceLead"),
        h(
            "div",
            { class: "fields" },
            field({
                name: "language",
                label: t("app.language"),
                type: "select",
                value: language(),
                options: Object.entries(languages),
                onchange: ({ target }) => speakOrTell(target.value),
            }),
            field({
                name: "theme",
                label: t("app.theme"),
                type: "select",
                value: theme(),
                options: themes.map((name) => [name, t(`app.theme.${name}`)]),
                onchange: ({ target }) => setTheme(target.value),
            }),
        ),
    );
