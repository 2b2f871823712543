/** A dialog to sign in without leaving the view. */

import { current, to, withQuery } from "../address.js";
import { h } from "../dom.js";
import { rich, t } from "../i18n.js";
import { countUnread } from "../shell.js";
import { dialog } from "../ui/dialogs.js";
import { drop } from "./begun.js";
import { credentials } from "./credentials.js";

let asking = null;

/** Resolves to whether the person has signed in. Concurrent calls share one dialog. */
export function askToSignIn() {
    asking ??= signIn().finally(() => (asking = null));
    return asking;
}

async function signIn() {
    const done = await dialog(t("signIn.title"), (close) => [
        h("p", { class: "muted" }, t("signIn.needed")),
        credentials({ done: () => close(true), next: current() }),
        h(
            "p",
            { class: "muted" },
            rich("signIn.none", {
                link: h(
                    "a",
                    { href: withQuery(to("sign-up"), { to: current() }), onclick: () => close(false) },
                    t("app.signUp"),
                ),
            }),
        ),
    ]);
    countUnread();
    if (done === undefined) {
        drop();
    }
    return done === true;
}
