/** What was typed into a form and not saved: it is kept for this tab, so that Back, a slip or a reload does not lose it. */

import { current } from "../address.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { reload } from "../navigation.js";
import { typedName } from "../session.js";
import { button } from "./buttons.js";
import { values } from "./forms.js";

/**
 * Keeps what is typed into a form, and puts back what the same person typed before, saying so.
 *
 * @param {HTMLFormElement} form
 * @param {Object} [base] what the form was filled from, kept along with what is typed
 * @returns {{base: Object, forget: () => void}} what the form was filled from when that was typed; `forget` is called when it is saved
 */
export function keepTyped(form, base = null) {
    const key = typedName(current());
    const forget = () => write(key, null);
    const before = read(key);
    if (before !== null) {
        fill(form, before.typed);
        const discard = () => {
            forget();
            reload();
        };
        form.prepend(
            h(
                "div",
                { class: "note typed-note" },
                h("p", null, t("typed.restored")),
                button(t("typed.discard"), { class: "small", onclick: discard }),
            ),
        );
    }
    const began = before?.base ?? base;
    form.addEventListener("input", () => write(key, JSON.stringify({ typed: values(form), base: began })));
    return { base: began, forget };
}

function fill(form, typed) {
    for (const control of form.elements) {
        if (control.name in typed) {
            const value = typed[control.name];
            if (control.type === "checkbox") {
                control.checked = value;
            } else if (control.type === "radio") {
                control.checked = control.value === value;
            } else {
                control.value = value ?? "";
            }
        }
    }
    // What depends on the fields follows.
    form.dispatchEvent(new Event("change"));
    form.dispatchEvent(new Event("input"));
}

function read(key) {
    try {
        return JSON.parse(sessionStorage.getItem(key));
    } catch {
        return null;
    }
}

function write(key, text) {
    try {
        if (text === null) {
            sessionStorage.removeItem(key);
        } else {
            sessionStorage.setItem(key, text);
        }
    } catch {
        // The browser stores nothing: what is typed lasts as long as the view.
    }
}
