/** Messages at the edge of the page, and for screen readers. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { button, iconButton } from "./buttons.js";
import { stage } from "./stage.js";

/** The place of messages, where people can reach it. */
function place(id) {
    const found = document.getElementById(id);
    if (found.parentElement !== stage()) {
        stage().append(found);
    }
    return found;
}

/** Takes the messages out of a dialog that was closed. */
export const releaseMessages = (dialog) =>
    [...dialog.querySelectorAll("#toasts, #announcer")].forEach(({ id }) => place(id));

/** Announces a text to screen readers. */
export function announce(text) {
    const announcer = place("announcer");
    announcer.textContent = "";
    setTimeout(() => (announcer.textContent = text), 50);
}

const TOAST_MILLIS = 5000;
const UNDO_MILLIS = 10_000;
/** An action that opens another view says what it did at about the same time. */
const NEWS_MILLIS = 1000;

/**
 * Shows a message for some seconds. A failure stays until it is closed, or until another view is opened.
 *
 * @param {string} text
 * @param {"failure"} [kind]
 * @param {() => void} [undo] takes back what was done
 */
export function toast(text, kind, undo) {
    const told = h(
        "div",
        { class: ["toast", kind], role: kind === "failure" ? "alert" : "status", data: { at: String(Date.now()) } },
        icon(kind === "failure" ? "alert" : "check"),
        h("p", null, text),
        undo &&
            button(t("ui.undo"), {
                class: "small",
                onclick() {
                    told.remove();
                    undo();
                },
            }),
        iconButton(t("ui.close"), "close", { onclick: () => told.remove() }),
    );
    place("toasts").append(told);
    if (kind !== "failure") {
        setTimeout(() => told.remove(), undo ? UNDO_MILLIS : TOAST_MILLIS);
    }
}

/** Removes the messages of the view that is left. */
export function dismissToasts() {
    for (const told of document.querySelectorAll(".toast")) {
        if (Date.now() - Number(told.dataset.at) > NEWS_MILLIS) {
            told.remove();
        }
    }
}
