/** The sign-in view. */

import { isView, to, withQuery } from "../address.js";
import { h } from "../dom.js";
import { has, rich, t } from "../i18n.js";
import { go } from "../navigation.js";
import { session } from "../session.js";
import { button } from "../ui/buttons.js";
import { page } from "../ui/page.js";
import { credentials } from "./credentials.js";

/** @param {boolean} [hidden] whether this is in place of a view that may be for somebody who is signed in */
export async function view({ query, signal, hidden = false }) {
    const next = nextView(query);
    const failure = query.failure && h("p", { class: "note warn", role: "alert" }, failureInWords(query.failure));
    if (failure && session.user) {
        // It was about linking the account with the provider.
        return page(
            { title: t("signIn.title"), width: "narrow" },
            failure,
            h("div", { class: "actions" }, button(t("app.me"), { href: to("me") })),
        );
    }
    return page(
        hidden
            ? { title: t("signIn.hidden"), lead: t("signIn.hiddenText"), width: "narrow" }
            : { title: t("signIn.title"), width: "narrow" },
        failure,
        h("div", { class: "card" }, credentials({ done: () => go(next), next, signal })),
        h(
            "p",
            { class: "muted" },
            rich("signIn.none", {
                link: h("a", { href: withQuery(to("sign-up"), { to: query.to }) }, t("app.signUp")),
            }),
        ),
    );
}

/** Where to go after signing in: the view in `to`, or the home page. */
export const nextView = (query) => (query.to && isView(query.to) ? query.to : to(""));

/** Why somebody who comes back from the provider is not signed in: its own reasons, or the type of a problem. */
function failureInWords(reason) {
    const known = [`signIn.failure.${reason}`, `problem.${reason}`].find(has);
    return t(known ?? "signIn.failure.other");
}
