/**
 * Forms. A form keeps its input until it is saved and shows that it is busy. Errors of the server are shown beside the fields
 * that their JSON pointers name.
 *
 *     form({
 *         fields: [field({ name: "name", label: t("group.name"), value: group.name, required: true, maxlength: 100 })],
 *         submit: t("ui.save"),
 *         onsubmit: (values) => api.patch(path, values, { version: group.version }),
 *     });
 */

import { h, put, replace, unique } from "../dom.js";
import { t, when } from "../i18n.js";
import { icon } from "../icons.js";
import { explain, explainField, logUnexpected } from "../problems.js";
import { busy } from "./actions.js";
import { button } from "./buttons.js";
import { writing } from "./writing.js";

/**
 * A labelled control.
 *
 * @param {Object} options `name`, `label`, `hint`; `type` as of an input, or "textarea", "select" (with `options`: a list of
 *     `[value, label]`), "checkbox"; `value`; other attributes as in `h`
 */
export function field({ name, label, hint, type = "text", value, options, ...props }) {
    const id = unique(name);
    const described = { id: `${id}-hint`, error: `${id}-error` };
    const shared = {
        ...props,
        id,
        name,
        "aria-describedby": [hint && described.id, described.error].filter(Boolean).join(" "),
    };
    const control = makeControl(type, value, options, shared);
    const text = h(
        "label",
        { htmlFor: id },
        label,
        !props.required &&
            !["checkbox", "select"].includes(type) &&
            h("span", { class: "optional" }, ` (${t("ui.optional")})`),
    );
    const rest = [
        hint && h("p", { class: "hint", id: described.id }, hint),
        h("p", { class: "error", id: described.error }),
    ];
    return type === "checkbox"
        ? h("div", { class: "field check" }, h("div", { class: "check-row" }, control, text), rest)
        : h("div", { class: "field" }, text, control, rest);
}

function makeControl(type, value, options, props) {
    if (type === "textarea") {
        return h("textarea", { rows: 4, dir: "auto", ...props, value: value ?? "" });
    }
    if (type === "select") {
        return h(
            "select",
            props,
            options.map(([key, label]) => h("option", { value: key, selected: key === value }, label)),
        );
    }
    if (type === "checkbox") {
        return h("input", { type, ...props, checked: value === true });
    }
    return h("input", { type, dir: type === "text" && "auto", ...props, value: value ?? "" });
}

/**
 * A form.
 *
 * @param {Object} options
 * @param {Node[]} options.fields made by `field`, and anything else
 * @param {string} options.submit label of the button
 * @param {"primary"|"danger"} [options.kind] of the button
 * @param {Node} [options.cancel] beside the button
 * @param {(values: Object, form: HTMLFormElement, moves: Object) => Promise} options.onsubmit gets the input by name: a string,
 *     a boolean for a checkbox, a number or null for a number; `moves` are those of `fromHere`; what it throws is shown
 * @param {(failure: Failure) => boolean} [options.onfailure] returns true if it has handled the failure
 */
export function form({ fields, submit, kind = "primary", cancel, onsubmit, onfailure = () => false, ...props }) {
    const problem = h("div", { class: "form-problem", role: "alert" });
    const send = writing(button(submit, { kind, type: "submit" }));
    const made = h(
        "form",
        { novalidate: true, ...props },
        fields,
        problem,
        h("div", { class: "form-actions" }, send, cancel),
    );
    made.addEventListener("submit", async (event) => {
        event.preventDefault();
        replace(problem);
        if (!valid(made)) {
            return;
        }
        try {
            await busy(send, (moves) => onsubmit(values(made), made, moves));
        } catch (failure) {
            if (failure.name !== "AbortError" && !onfailure(failure)) {
                show(failure, made, problem);
            }
        }
    });
    made.addEventListener("input", (event) => mark(event.target, ""));
    return made;
}

/** The input by name. */
export function values(made) {
    const found = {};
    for (const control of made.elements) {
        if (!control.name || (control.type === "radio" && !control.checked)) {
            continue;
        }
        if (control.type === "checkbox") {
            found[control.name] = control.checked;
        } else if (control.type === "number") {
            found[control.name] = control.value === "" ? null : Number(control.value);
        } else {
            found[control.name] = control.value;
        }
    }
    return found;
}

function valid(made) {
    let first = null;
    for (const control of made.elements) {
        if (control.willValidate) {
            const wrong = complaint(control);
            mark(control, wrong);
            first ??= wrong ? control : null;
        }
    }
    first?.focus();
    return !first;
}

function complaint(control) {
    const { validity } = control;
    const isNumber = control.type === "number";
    if (validity.valid) {
        return "";
    }
    if (validity.customError) {
        return control.validationMessage;
    }
    if (validity.valueMissing) {
        return t("invalid.required");
    }
    if (validity.typeMismatch) {
        return t(`invalid.${control.type}`);
    }
    if (validity.tooShort) {
        return t("invalid.short", { least: control.minLength });
    }
    if (validity.tooLong) {
        return t("invalid.long", { most: control.maxLength });
    }
    if (validity.rangeUnderflow) {
        return t(isNumber ? "invalid.least" : "invalid.earliest", { least: bound(control.type, control.min) });
    }
    if (validity.rangeOverflow) {
        return t(isNumber ? "invalid.most" : "invalid.latest", { most: bound(control.type, control.max) });
    }
    return t("invalid.other");
}

/** The least or the most value of a control, as people write it. */
const bound = (type, value) =>
    ({
        number: () => Number(value),
        date: () => when(`${value}T00:00Z`, "date", "UTC"),
        "datetime-local": () => when(`${value}Z`, "dateTime", "UTC"),
    })[type]();

/** Shows an error beside a control; an empty text removes it. */
export function mark(control, text) {
    const place = document.getElementById(`${control.id}-error`);
    if (place) {
        place.textContent = text;
        if (text) {
            control.setAttribute("aria-invalid", "true");
        } else {
            control.removeAttribute("aria-invalid");
        }
    }
}

function show(failure, made, problem) {
    logUnexpected(failure);
    const elsewhere = [];
    let first = null;
    for (const { pointer, detail } of failure.errors ?? []) {
        const control = made.elements.namedItem(pointer.replace("#/", ""));
        if (control?.id) {
            mark(control, explainField(detail));
            first ??= control;
        } else {
            elsewhere.push(`${pointer.replace("#/", "")} ${detail}.`);
        }
    }
    if (first === null || elsewhere.length > 0) {
        put(problem, icon("alert"), h("p", null, [explain(failure), ...elsewhere].join(" ")));
    }
    first?.focus();
}
