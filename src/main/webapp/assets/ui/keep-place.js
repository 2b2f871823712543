/** What somebody is in the middle of stays when something is drawn anew under their eyes. */

const CONTROLS = "a[href], button, input, select, textarea, summary";

/** Draws an element's content anew: the focus, and what was typed or chosen and not saved, stay in the same controls. */
export function keepPlace(element, draw) {
    const before = controlsOf(element);
    keepFocus(element, draw);
    const after = controlsOf(element);
    for (const [name, control] of before) {
        if (after.has(name) && isChanged(control)) {
            copy(control, after.get(name));
        }
    }
}

/**
 * Draws an element's content anew: the focus stays in the same control. If that is gone, another one of its row gets the focus, or
 * the heading, or the element.
 */
export function keepFocus(element, draw) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    const row = keyOf(focused);
    const name = [...controlsOf(element)].find(([, control]) => control === focused)?.[0];
    draw();
    if (focused === null || element.contains(document.activeElement)) {
        return;
    }
    const after = controlsOf(element);
    const same = after.get(name) ?? (row && [...after.values()].find((control) => keyOf(control) === row));
    const instead = element.querySelector("h1, h2") ?? element;
    if (!same) {
        instead.tabIndex = -1;
    }
    (same ?? instead).focus({ preventScroll: true });
}

/** The controls by what they are called; those of a row that are called the same are numbered. */
function controlsOf(element) {
    const found = new Map();
    const counts = new Map();
    for (const control of element.querySelectorAll(CONTROLS)) {
        const name = JSON.stringify([keyOf(control), nameOf(control)]);
        counts.set(name, (counts.get(name) ?? 0) + 1);
        found.set(`${name} ${counts.get(name)}`, control);
    }
    return found;
}

/** The key of the row that a control is in. */
const keyOf = (control) => control?.closest("[data-key]")?.dataset.key;

const nameOf = (control) =>
    control.type === "radio"
        ? `${control.name}=${control.value}`
        : control.name || control.getAttribute("href") || control.getAttribute("aria-label") || control.textContent;

const isTicked = (control) => control.matches("[type=checkbox], [type=radio]");

function isChanged(control) {
    if (isTicked(control)) {
        return control.checked !== control.defaultChecked;
    }
    return control.matches("select")
        ? [...control.options].some(({ selected, defaultSelected }) => selected !== defaultSelected)
        : control.matches("input:not([type=file]), textarea") && control.value !== control.defaultValue;
}

function copy(from, to) {
    if (isTicked(to)) {
        to.checked = from.checked;
    } else if (!to.matches("select") || [...to.options].some(({ value }) => value === from.value)) {
        to.value = from.value;
    }
    // What depends on it follows.
    to.dispatchEvent(new Event("input", { bubbles: true }));
}
