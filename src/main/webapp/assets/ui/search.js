/** A field to search with. */

import { h } from "../dom.js";
import { icon } from "../icons.js";

const TYPING_MILLIS = 250;

/**
 * @param {Object} options `label`; `value`; `maxlength`; `signal` of the view
 * @param {(text: string) => void} options.onsearch called when somebody has stopped typing
 */
export function search({ label, value, maxlength, signal, onsearch }) {
    let typing;
    return h(
        "form",
        { class: "search", role: "search", onsubmit: (event) => event.preventDefault() },
        icon("search"),
        h("input", {
            type: "search",
            "aria-label": label,
            placeholder: label,
            value,
            maxlength,
            autocomplete: "off",
            oninput({ target }) {
                clearTimeout(typing);
                typing = setTimeout(() => signal.aborted || onsearch(target.value.trim()), TYPING_MILLIS);
            },
        }),
    );
}
