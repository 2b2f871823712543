/** Signing in, as a view. */

import { h } from "../dom.js";
import { add, rich, t } from "../i18n.js";
import { to } from "../routes.js";
import { page } from "../ui.js";
import { credentials } from "./credentials.js";
import { messages } from "./messages.js";

add(messages);

export async function view({ query }) {
    const next = query.to ?? to("");
    const forward = query.to ? `?to=${encodeURIComponent(query.to)}` : "";
    return page(
        { title: t("signIn.title"), width: "narrow" },
        h(
            "div",
            { class: "card" },
            credentials(() => go(next)),
        ),
        h(
            "p",
            { class: "muted" },
            rich("signIn.none", { link: h("a", { href: to("sign-up") + forward }, t("app.signUp")) }),
        ),
    );
}

/** Shows that view, also if the address is its already. */
export function go(next) {
    // Only our own views: an address in the query may come from anybody.
    const hash = next.startsWith("#/") ? next : to("");
    if (location.hash === hash) {
        dispatchEvent(new Event("hashchange"));
    } else {
        location.hash = hash;
    }
}
