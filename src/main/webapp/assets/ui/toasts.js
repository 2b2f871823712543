/** Messages at the edge of the page, and for screen readers. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { iconButton } from "./buttons.js";

/** Announces a text to screen readers. */
export function announce(text) {
    const place = document.getElementById("announcer");
    place.textContent = "";
    setTimeout(() => (place.textContent = text), 50);
}

const TOAST_MILLIS = 5000;

/** Shows a message for some seconds; `kind` is "failure" or none. A failure stays until it is closed. */
export function toast(text, kind) {
    const told = h(
        "div",
        { class: ["toast", kind], role: kind === "failure" ? "alert" : "status" },
        icon(kind === "failure" ? "alert" : "check"),
        h("p", null, text),
        iconButton(t("ui.close"), "close", { onclick: () => told.remove() }),
    );
    document.getElementById("toasts").append(told);
    if (kind !== "failure") {
        setTimeout(() => told.remove(), TOAST_MILLIS);
    }
}
