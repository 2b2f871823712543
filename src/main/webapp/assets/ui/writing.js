/**
 * Buttons that change something. Without the server they are off and say why: what the page shows then are copies. What was sent
 * before waits for the server.
 */

import { connection } from "../api.js";
import { t } from "../i18n.js";
import { toast } from "./toasts.js";

const isOffline = () => connection.state === "offline";

/** Marks a button as one that changes something, and returns it. */
export function writing(button) {
    button.dataset.writes = "";
    button.addEventListener("click", refuse, { capture: true });
    show(button);
    return button;
}

/** Shows whether a button can be used now, if it changes something. One that is busy shows that instead. */
export function show(button) {
    const { writes } = button.dataset;
    if (writes !== undefined && button.getAttribute("aria-busy") !== "true") {
        set(button, "aria-disabled", isOffline() && "true");
        set(button, "title", isOffline() && t("ui.offline"));
    }
}

const set = (button, name, value) => (value ? button.setAttribute(name, value) : button.removeAttribute(name));

function refuse(event) {
    if (isOffline()) {
        event.preventDefault();
        event.stopImmediatePropagation();
        toast(t("ui.offline"), "failure");
    }
}

connection.addEventListener("change", () => document.querySelectorAll("[data-writes]").forEach(show));
