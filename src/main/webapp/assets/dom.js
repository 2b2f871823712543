/**
 * Creates elements. The page never builds HTML from strings, so user input cannot become markup.
 *
 *     h("p", { class: "muted" }, "Hello ", h("strong", null, name))
 *     h("button", { type: "button", onclick: () => save() }, t("save"))
 */

/**
 * An element.
 *
 * @param {string} tag its name
 * @param {?Object} props attributes. `onclick` and similar names are listeners; `class` may be a list; `data` becomes data
 *     attributes; `value`, `checked` and similar names are properties, of controls those that they begin with. Null, undefined and
 *     false are skipped.
 * @param {...(Node|string|number|Array|null|false)} children text is text
 */
export function h(tag, props, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(props ?? {})) {
        set(element, name, value);
    }
    return put(element, ...children);
}

/** With those that tell what a control began with, where it has one: whether it was changed can be seen. */
const PROPERTIES = {
    value: "defaultValue",
    checked: "defaultChecked",
    selected: "defaultSelected",
    indeterminate: null,
    htmlFor: null,
};

function set(element, name, value) {
    if (value === null || value === undefined || value === false) {
        return;
    }
    if (name.startsWith("on")) {
        element.addEventListener(name.slice(2), value);
    } else if (name === "data") {
        Object.assign(element.dataset, value);
    } else if (name === "class") {
        element.className = [value].flat().filter(Boolean).join(" ");
    } else if (name in PROPERTIES) {
        element[PROPERTIES[name] in element ? PROPERTIES[name] : name] = value;
    } else {
        element.setAttribute(name, value === true ? "" : value);
    }
}

/** Appends children. Lists are flattened; null, undefined and false are skipped. */
export function put(parent, ...children) {
    parent.append(
        ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
    );
    return parent;
}

/** Replaces all children. */
export function replace(parent, ...children) {
    parent.replaceChildren();
    return put(parent, ...children);
}

const SVG = "http://www.w3.org/2000/svg";

/** An SVG element: `svg("path", { d: "…" })`. */
export function svg(tag, attributes, ...children) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes ?? {})) {
        element.setAttribute(name, value);
    }
    return put(element, ...children);
}

let ids = 0;

/** A unique element id. */
export const unique = (prefix = "id") => `${prefix}-${(ids += 1)}`;
