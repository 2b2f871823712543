/** Dialogs. */

import { h, put, unique } from "../dom.js";
import { t } from "../i18n.js";
import { button, iconButton } from "./buttons.js";
import { releaseMessages } from "./toasts.js";

/**
 * Shows a modal dialog. While its form is sent, people cannot dismiss it: what comes back may be shown only once.
 *
 * @param {string} title
 * @param {(close: (result: any) => void) => Node[]} make its content; `close` ends it
 * @returns {Promise<any>} what the result; undefined if it was dismissed
 */
export function dialog(title, make) {
    return new Promise((resolve) => {
        const id = unique("dialog");
        const close = (result) => {
            resolve(result);
            shown.close();
        };
        const shown = h(
            "dialog",
            { "aria-labelledby": id },
            h(
                "div",
                { class: "dialog-head" },
                h("h2", { id }, title),
                iconButton(t("ui.close"), "close", { onclick: () => isSending() || close(undefined) }),
            ),
        );
        const isSending = () => shown.querySelector("form [aria-busy=true]") !== null;
        const hold = (event) => isSending() && event.preventDefault();
        shown.addEventListener("cancel", hold);
        // Browsers let `cancel` be prevented only once.
        shown.addEventListener("keydown", (event) => event.key === "Escape" && hold(event));
        shown.addEventListener("close", () => {
            resolve(undefined);
            releaseMessages(shown);
            shown.remove();
        });
        put(shown, make(close));
        document.body.append(shown);
        shown.showModal();
    });
}

/** Closes all dialogs, when a view is left. */
export const dismissDialogs = () => document.querySelectorAll("dialog[open]").forEach((shown) => shown.close());

/**
 * Asks for confirmation.
 *
 * @param {Object} question `title`, `text`; `yes` and `no` label the buttons; `danger` marks the action as destructive
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, text, yes, no = t("ui.cancel"), danger = false }) {
    const answer = await dialog(title, (close) => [
        h("p", null, text),
        h(
            "div",
            { class: "form-actions" },
            button(yes, { kind: danger ? "danger" : "primary", onclick: () => close(true) }),
            button(no, { autofocus: true, onclick: () => close(false) }),
        ),
    ]);
    return answer === true;
}
