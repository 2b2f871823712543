/** The person's own account: profile, calendar, tokens, data. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { add, t, when } from "../i18n.js";
import { go } from "../navigation.js";
import { language, languages, setLanguage, setTheme, theme, themes } from "../preferences.js";
import { session } from "../session.js";
import { signOut } from "../shell.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { copyable } from "../ui/copyable.js";
import { confirm, dialog } from "../ui/dialogs.js";
import { field, form, mark } from "../ui/forms.js";
import { list } from "../ui/lists.js";
import { page, section } from "../ui/page.js";
import { later } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { zoneField } from "../ui/zone-field.js";
import { messages } from "./messages.js";

add(messages);

export async function view({ query, signal }) {
    const shown = page(
        {
            title: t("me.title"),
            lead: session.user.email,
            actions: [action(t("app.signOut"), signOut, { icon: "signOut" })],
            width: "medium",
        },
        h("div", { class: "settings" }, profile(), appearance(), calendar(), password(), tokens(signal), data()),
    );
    if (query.at) {
        requestAnimationFrame(() => {
            const there = shown.querySelector(`[data-at="${CSS.escape(query.at)}"]`);
            there?.scrollIntoView({ block: "start" });
        });
    }
    return shown;
}

const part = (at, lead, ...content) =>
    section(
        { title: t(`me.${at}`), class: "setting", data: { at } },
        lead && h("p", { class: "muted" }, lead),
        ...content,
    );

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
                onchange: ({ target }) => {
                    setLanguage(target.value);
                    dispatchEvent(new Event("languagechosen"));
                },
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

function calendar() {
    const place = h("div");
    const make = async () => {
        const sure = await confirm({
            title: t("me.calendarMake"),
            text: t("me.calendarSure"),
            yes: t("me.calendarMake"),
        });
        if (!sure) {
            return;
        }
        const { url } = await api.post("/me/calendar-token");
        replace(
            place,
            copyable(t("me.calendarAddress"), url),
            h("p", { class: "muted small" }, t("me.calendarSecret")),
            h("p", null, h("a", { href: url.replace(/^https?:/, "webcal:") }, t("subscribe.open"))),
        );
        place.querySelector("input").focus();
    };
    const close = async () => {
        const sure = await confirm({
            title: t("me.calendarClose"),
            text: t("me.calendarCloseText"),
            yes: t("me.calendarClose"),
            danger: true,
        });
        if (sure) {
            await api.delete("/me/calendar-token");
            replace(place);
            toast(t("me.calendarClosed"));
        }
    };
    return part(
        "calendar",
        t("me.calendarLead"),
        place,
        h(
            "div",
            { class: "actions" },
            action(t("me.calendarMake"), make, { icon: "link" }),
            action(t("me.calendarClose"), close, { kind: "quiet" }),
        ),
    );
}

const password = () =>
    part(
        "password",
        t("me.passwordLead"),
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
                field({
                    name: "currentPassword",
                    label: t("me.currentPassword"),
                    type: "password",
                    required: true,
                    autocomplete: "current-password",
                }),
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
                await api.patch("/me", { currentPassword, password: wanted });
                made.reset();
                toast(t("me.passwordChanged"));
            },
        }),
    );

function tokens(signal) {
    const row = (token) =>
        h(
            "div",
            { class: "row" },
            h(
                "div",
                { class: "row-main" },
                h("p", { class: "row-title" }, token.name),
                h("p", { class: "row-line" }, t("me.tokenUntil", { date: when(token.expiresAt, "date") })),
            ),
            h(
                "div",
                { class: "badges" },
                token.scopes.map((scope) => badge(t(`scope.${scope}`))),
            ),
            h(
                "div",
                { class: "actions" },
                action(t("me.revoke"), () => revoke(token), {
                    kind: "quiet",
                    "aria-label": `${t("me.revoke")}: ${token.name}`,
                }),
            ),
        );
    const revoke = async (token) => {
        const sure = await confirm({
            title: t("me.revokeTitle", { name: token.name }),
            text: t("me.revokeText"),
            yes: t("me.revoke"),
            danger: true,
        });
        if (sure) {
            await api.delete(`/me/tokens/${token.id}`);
            await again();
        }
    };
    const shown = () =>
        list({
            load: (cursor) => api.get("/me/tokens", { query: { limit: 20, cursor }, signal }),
            item: row,
            none: h("p", { class: "muted" }, t("me.noTokens")),
        });
    const place = later(shown);
    const again = async () => replace(place, await shown());
    return part(
        "tokens",
        t("me.tokensLead"),
        place,
        h("div", { class: "actions" }, button(t("me.newToken"), { icon: "key", onclick: () => newToken(again) })),
    );
}

const YEAR_DAYS = 365;

const newToken = (made) =>
    dialog(t("me.newToken"), (close) => [
        form({
            fields: [
                field({
                    name: "name",
                    label: t("me.tokenName"),
                    hint: t("me.tokenNameHint"),
                    required: true,
                    maxlength: 100,
                }),
                field({ name: "write", label: t("me.tokenWrite"), hint: t("me.tokenWriteHint"), type: "checkbox" }),
                field({
                    name: "days",
                    label: t("me.tokenDays"),
                    type: "select",
                    value: "90",
                    options: [30, 90, YEAR_DAYS].map((count) => [String(count), t("me.days", { count })]),
                }),
            ],
            submit: t("me.makeToken"),
            async onsubmit({ name, write, days }, asked) {
                const expiresAt = new Date(Date.now() + Number(days) * 86_400_000).toISOString();
                const { token } = await api.post("/me/tokens", {
                    name,
                    scopes: write ? ["read", "write"] : ["read"],
                    expiresAt,
                });
                asked.replaceWith(
                    copyable(t("me.tokenSecret"), token),
                    h("p", { class: "muted" }, t("me.tokenOnce")),
                    h(
                        "div",
                        { class: "form-actions" },
                        button(t("ui.close"), { kind: "primary", onclick: () => close(true) }),
                    ),
                );
                await made();
            },
        }),
    ]);

function data() {
    const download = async () => {
        const all = await api.get("/me/export");
        const url = URL.createObjectURL(new Blob([JSON.stringify(all, null, 2)], { type: "application/json" }));
        h("a", { href: url, download: "muster-me.json" }).click();
        setTimeout(() => URL.revokeObjectURL(url), 60_000);
        toast(t("me.exported"));
    };
    return part(
        "data",
        t("me.dataLead"),
        h(
            "div",
            { class: "actions" },
            action(t("me.export"), download, { icon: "download" }),
            button(t("me.erase"), { icon: "trash", class: "danger-quiet", onclick: erase }),
        ),
    );
}

const erase = () =>
    dialog(t("me.eraseTitle"), (close) => {
        const owned = h("div", { role: "alert" });
        return [
            h("p", null, t("me.eraseText")),
            owned,
            form({
                fields: [
                    field({
                        name: "email",
                        label: t("me.eraseConfirm", { email: session.user.email }),
                        required: true,
                        autocomplete: "off",
                        spellcheck: "false",
                    }),
                ],
                submit: t("me.eraseForGood"),
                kind: "danger",
                cancel: button(t("ui.cancel"), { onclick: () => close() }),
                async onsubmit({ email }, made) {
                    if (email.trim().toLowerCase() !== session.user.email.toLowerCase()) {
                        mark(made.elements.email, t("me.eraseOther"));
                        made.elements.email.focus();
                        return;
                    }
                    await api.delete("/me");
                    close();
                    session.ended();
                    go(to(""));
                    toast(t("me.erased"));
                },
                onfailure(failure) {
                    if (failure.type !== "last-owner") {
                        return false;
                    }
                    showOwned(owned, failure.problem.groups, close);
                    return true;
                },
            }),
        ];
    });

/** The groups that would have no owner, by their names. */
async function showOwned(place, ids, close) {
    const names = await Promise.all(ids.map((id) => api.get(`/groups/${id}`).then(({ name }) => name)));
    replace(
        place,
        h("p", { class: "note warn" }, t("me.lastOwner", { count: ids.length })),
        h(
            "ul",
            { class: "plain" },
            ids.map((id, index) =>
                h("li", null, h("a", { href: to("groups", id, "members"), onclick: () => close() }, names[index])),
            ),
        ),
    );
}
