/** Messages to this browser while the page is closed, if the server pushes any. */

import { h, put, replace } from "../dom.js";
import { t } from "../i18n.js";
import { logUnexpected } from "../problems.js";
import { canPush, pushState, turnOff, turnOn } from "../push.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { toast } from "../ui/toasts.js";
import { part } from "./me-part.js";

/** The view does not wait until it is known whether there are any. */
export function push(signal) {
    const place = h("div", { class: "provided" });
    pushState(signal)
        .then(({ applicationServerKey: key, on }) => key && put(place, part("push", t("me.pushLead"), choice(key, on))))
        .catch((failure) => failure.name === "AbortError" || logUnexpected(failure));
    return place;
}

function choice(key, on) {
    const place = h("div", { class: "part-body" });
    const draw = (now) => replace(place, canPush() ? offered(now) : h("p", { class: "muted" }, t("me.pushImpossible")));
    const change = (now) => {
        draw(now);
        place.querySelector("button")?.focus();
    };
    const start = async () => {
        const started = await turnOn(key, session.user);
        if (!started && Notification.permission !== "denied") {
            toast(t("me.pushFailed"), "failure");
        }
        change(started);
    };
    const stop = async () => {
        await turnOff();
        change(false);
    };
    const offered = (now) => [
        h("p", { class: "muted" }, t(now ? "me.pushIsOn" : "me.pushIsOff")),
        Notification.permission === "denied"
            ? h("p", { class: "note warn" }, t("me.pushDenied"))
            : h("div", { class: "actions" }, now ? action(t("me.pushOff"), stop) : action(t("me.pushOn"), start)),
    ];
    draw(on);
    return place;
}
