/** A dialog to sign in without leaving the view. */

import { current, to, withQuery } from "../address.js";
import { h } from "../dom.js";
import { rich, t } from "../i18n.js";
import { session } from "../session.js";
import { countUnread } from "../shell.js";
import { dialog } from "../ui/dialogs.js";
import { drop } from "./begun.js";
import { credentials } from "./credentials.js";

let asking = null;

/**
 * Resolves to whether the person has signed in. Concurrent calls share one dialog.
 *
 * @param {string} [email] of the person, if they are signed in and have to sign in again
 */
export function askToSignIn(email) {
    asking ??= signIn(email).finally(() => (asking = null));
    return asking;
}

/**
 * Sends a request that needs a recent sign-in. Whoever has signed in too long ago is asked to do so again, and the request is
 * repeated. Resolves to whether it was done: not if they do not sign in.
 */
export async function sendSignedInRecently(send) {
    try {
        await send();
        return true;
    } catch (failure) {
        if (failure.type !== "sign-in-too-old") {
            throw failure;
        }
    }
    const again = await askToSignIn(session.user.email);
    if (again) {
        await send();
    }
    return again;
}

async function signIn(email) {
    const done = await dialog(t(email ? "signIn.again" : "signIn.title"), (close) => [
        h("p", { class: "muted" }, t(email ? "signIn.againText" : "signIn.needed")),
        credentials({ done: () => close(true), next: current(), email }),
        !email && signUpInstead(() => close(false)),
    ]);
    countUnread();
    if (done === undefined) {
        drop();
    }
    return done === true;
}

const signUpInstead = (close) =>
    h(
        "p",
        { class: "muted" },
        rich("signIn.none", {
            link: h("a", { href: withQuery(to("sign-up"), { to: current() }), onclick: close }, t("app.signUp")),
        }),
    );
