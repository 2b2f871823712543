/** Parts of the organizers' forms. */

import { h, unique } from "../dom.js";

/** A group of fields with a heading. */
export function part({ title, hint, ...props }, ...fields) {
    const id = unique("part");
    return h(
        "div",
        { ...props, class: ["part", props.class], role: "group", "aria-labelledby": id },
        h("div", { class: "part-head" }, h("h2", { id }, title), hint && h("p", { class: "hint" }, hint)),
        h("div", { class: "part-fields" }, ...fields),
    );
}

/**
 * Radio buttons with hints.
 *
 * @param {Object} choice `name`, `legend`, `value`; `options`: a list of `{ value, label, hint }`; `row` puts them beside
 *     each other
 */
export function choice({ name, legend, value, options, row = false, ...props }) {
    return h(
        "fieldset",
        { ...props, class: ["choice", row && "choice-row"] },
        h("legend", null, legend),
        options.map((option) => {
            const [label, hint] = [unique("option"), unique("hint")];
            return h(
                "label",
                { class: "option" },
                h("input", {
                    type: "radio",
                    name,
                    value: option.value,
                    checked: option.value === value,
                    "aria-labelledby": label,
                    "aria-describedby": option.hint && hint,
                }),
                h(
                    "span",
                    null,
                    h("span", { class: "option-label", id: label }, option.label),
                    option.hint && h("span", { class: "hint", id: hint }, option.hint),
                ),
            );
        }),
    );
}
