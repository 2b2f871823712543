/** The sign-in view. */

import { isView, to, withQuery } from "../address.js";
import { h } from "../dom.js";
import { rich, t } from "../i18n.js";
import { go } from "../navigation.js";
import { page } from "../ui/page.js";
import { credentials } from "./credentials.js";

export async function view({ query }) {
    const next = nextView(query);
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
            rich("signIn.none", {
                link: h("a", { href: withQuery(to("sign-up"), { to: query.to }) }, t("app.signUp")),
            }),
        ),
    );
}

/** Where to go after signing in: the view in `to`, or the home page. */
export const nextView = (query) => (query.to && isView(query.to) ? query.to : to(""));
