/** Where the user is signed in. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t, when } from "../i18n.js";
import { signOut } from "../shell.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { confirm } from "../ui/dialogs.js";
import { list } from "../ui/lists.js";
import { later } from "../ui/states.js";
import { focusPart, part } from "./me-part.js";
import { sendSignedInRecently } from "./sign-in-dialog.js";

export function sessions(signal) {
    const row = (one) =>
        h(
            "div",
            { class: "row" },
            h(
                "div",
                { class: "row-main" },
                h("p", { class: "row-title" }, t("me.sessionSince", { date: when(one.createdAt, "date") })),
                h("p", { class: "row-line" }, t("me.sessionUsed", { date: when(one.lastUsedAt, "date") })),
            ),
            one.current
                ? h("div", { class: "badges" }, badge(t("me.sessionCurrent")))
                : h("div", { class: "actions" }, action(t("me.endSession"), () => end(one), { kind: "quiet" })),
        );
    const end = async (one) => {
        if (await sendSignedInRecently(() => api.delete(`/me/sessions/${one.id}`))) {
            replace(place, await shown());
            focusPart(place);
        }
    };
    const shown = () =>
        list({
            load: (cursor) => api.get("/me/sessions", { query: { limit: 20, cursor }, signal }),
            item: row,
            none: h("p", { class: "muted" }, t("me.noSessions")),
        });
    const place = later(shown);
    return part(
        "sessions",
        t("me.sessionsLead"),
        place,
        h("div", { class: "actions" }, action(t("me.signOutEverywhere"), everywhere, { icon: "signOut" })),
    );
}

const everywhere = async () => {
    const sure = await confirm({
        title: t("me.signOutEverywhere"),
        text: t("me.signOutEverywhereText"),
        yes: t("me.signOutEverywhere"),
        no: t("me.staySignedIn"),
        danger: true,
    });
    if (sure && (await sendSignedInRecently(() => api.delete("/me/sessions")))) {
        await signOut();
    }
};
