/** Dialogs. */

import { h, put, unique } from "../dom.js";
import { t } from "../i18n.js";
import { button, iconButton } from "./buttons.js";

/**
 * Shows something over the view until it is closed.
 *
 * @param {string} title
 * @param {(close: (result: any) => void) => Node[]} make its content; `close` ends it
 * @returns {Promise<any>} what it was closed with; undefined if it was dismissed
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
                iconButton(t("ui.close"), "close", { onclick: () => close(undefined) }),
            ),
        );
        shown.addEventListener("close", () => {
            resolve(undefined);
            shown.remove();
        });
        put(shown, make(close));
        document.body.append(shown);
        shown.showModal();
    });
}

/** Closes what is open over a view that is left. */
export const dismissDialogs = () => document.querySelectorAll("dialog[open]").forEach((shown) => shown.close());

/**
 * Asks before something that cannot be undone.
 *
 * @param {Object} question `title`, `text`; `yes` is what the button says that does it; `danger` colours it
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, text, yes, danger = false }) {
    const answer = await dialog(title, (close) => [
        h("p", null, text),
        h(
            "div",
            { class: "form-actions" },
            button(yes, { kind: danger ? "danger" : "primary", onclick: () => close(true) }),
            button(t("ui.cancel"), { autofocus: true, onclick: () => close(false) }),
        ),
    ]);
    return answer === true;
}
