/**
 * Buttons that do something by themselves.
 *
 *     action(t("leave"), async () => { … }, { kind: "danger", icon: "signOut" });
 */

import { connection } from "../api.js";
import { t } from "../i18n.js";
import { explain, logUnexpected } from "../problems.js";
import { button } from "./buttons.js";
import { spinner } from "./states.js";
import { toast } from "./toasts.js";

/** A button that does this; busy until it is done, and a failure is told. */
export function action(label, run, options = {}) {
    const made = button(label, { ...options, onclick: () => busy(visible(made), run).catch(tell) });
    return made;
}

/** A menu closes when something in it is chosen; then its opener is shown as busy. */
const visible = (pressed) => pressed.closest(".menu-place")?.firstElementChild ?? pressed;

function tell(failure) {
    if (failure.name !== "AbortError") {
        logUnexpected(failure);
        toast(explain(failure), "failure");
    }
}

/** Shows on a button that this goes on, and lets nobody press it again meanwhile. */
export async function busy(pressed, run) {
    if (pressed.getAttribute("aria-busy") === "true") {
        return undefined;
    }
    const label = pressed.querySelector(".label");
    const said = label?.textContent;
    const wait = () => {
        if (label) {
            label.textContent = connection.state === "ok" ? said : t("ui.waiting");
        }
    };
    pressed.setAttribute("aria-busy", "true");
    pressed.setAttribute("aria-disabled", "true");
    pressed.prepend(spinner());
    connection.addEventListener("change", wait);
    wait();
    try {
        return await run();
    } finally {
        connection.removeEventListener("change", wait);
        pressed.querySelector(".spinner")?.remove();
        pressed.removeAttribute("aria-busy");
        pressed.removeAttribute("aria-disabled");
        if (label) {
            label.textContent = said;
        }
    }
}
