/** Access tokens of the account. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t, when } from "../i18n.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { copyable } from "../ui/copyable.js";
import { confirm, dialog } from "../ui/dialogs.js";
import { field, form } from "../ui/forms.js";
import { list } from "../ui/lists.js";
import { later } from "../ui/states.js";
import { part } from "./me-part.js";

export function tokens(signal) {
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
            no: t("me.tokenKeep"),
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
