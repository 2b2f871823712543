/**
 * Buttons that run an action.
 *
 *     action(t("leave"), async () => { … }, { kind: "danger", icon: "signOut" });
 *     action(t("more"), async () => { … }, { offline: true });
 */

import { connection } from "../api.js";
import { t } from "../i18n.js";
import { fromHere } from "../navigation.js";
import { explain, logUnexpected } from "../problems.js";
import { button } from "./buttons.js";
import { spinner } from "./states.js";
import { toast } from "./toasts.js";
import { show, writing } from "./writing.js";

/**
 * A button that runs an action. It is busy until the action is done; a failure is shown as a toast.
 *
 * @param {({ go, reload, refresh }) => Promise} run gets those of `fromHere`
 * @param {boolean} [options.offline] whether it stays on without the server, because it changes nothing there
 */
export function action(label, run, { offline = false, ...options } = {}) {
    const made = button(label, { ...options, onclick: () => attempt(() => busy(visible(made), run)) });
    return offline ? made : writing(made);
}

/** Runs something that a button does not wait for; a failure is shown as a toast. */
export const attempt = (run) => run().catch(tell);

/** A menu closes when an item is chosen, so the button that opens it is shown as busy. */
const visible = (pressed) => pressed.closest(".menu-place")?.firstElementChild ?? pressed;

function tell(failure) {
    if (failure.name !== "AbortError") {
        logUnexpected(failure);
        toast(explain(failure), "failure");
    }
}

/** Shows a button as busy while an action runs, and ignores further clicks. */
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
        return await run(fromHere());
    } finally {
        connection.removeEventListener("change", wait);
        pressed.querySelector(".spinner")?.remove();
        pressed.removeAttribute("aria-busy");
        pressed.removeAttribute("aria-disabled");
        show(pressed);
        if (label) {
            label.textContent = said;
        }
    }
}
