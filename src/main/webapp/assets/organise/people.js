/** People in lists, and the lists that change under one's eyes. */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { follow } from "../live.js";
import { session } from "../session.js";
import { throttle } from "../throttle.js";
import { row } from "../ui/lists.js";

/**
 * A row about somebody.
 *
 * @param {Object} somebody with `userId` and `displayName`
 * @param {Object} row `about` is a line below the name, `badge` is beside it; `image` is in place of the initial
 * @param {...Node} rest beside all that
 */
export const person = ({ userId, displayName }, { about, badge, image }, ...rest) =>
    row(
        {
            class: "person",
            data: { key: userId },
            image: image ?? h("span", { class: "avatar", "aria-hidden": "true" }, initial(displayName)),
            title: [nameOf({ userId, displayName }), badge],
            about,
        },
        ...rest,
    );

const initial = (name) => [...(name || "?")][0].toUpperCase();

/** What to call somebody in a list. */
export const nameOf = ({ userId, displayName }) =>
    userId === session.user.id ? t("names.me", { name: displayName }) : displayName || t("names.gone");

/** A list of what there is; each is in an `li`. */
export const rows = (items, make) =>
    h(
        "ul",
        { class: "list" },
        items.map((item) => h("li", null, make(item))),
    );

/**
 * A part of a view that is drawn anew whenever what it shows may have changed.
 *
 * @param {Object} living
 * @param {string} living.group whose changes are followed; with `activity`, that one's only
 * @param {(change: Object) => boolean} [living.concerns] whether a change is about what is shown
 * @param {() => Promise<Node[]>} living.make reads and draws it
 * @returns {Promise<{element: Element, redraw: () => Promise<void>}>}
 */
export async function living({ group, activity, signal, concerns = () => true, make }) {
    const element = h("div", { class: "living" });
    const open = () => element.querySelector(":popover-open") ?? document.querySelector("dialog[open]");
    let drawing = null;
    let again = false;
    const draw = async () => {
        do {
            again = false;
            const drawn = await make();
            for (let over = open(); over; over = open()) {
                await closed(over);
            }
            keepPlace(element, () => replace(element, drawn));
        } while (again);
    };
    const redraw = () => {
        if (drawing) {
            again = true;
        } else {
            drawing = draw().finally(() => (drawing = null));
        }
        return drawing;
    };
    const late = throttle(redraw, signal);
    await follow(group, { activity, signal, onchange: (change) => concerns(change) && late(), onlate: late });
    await redraw();
    return { element, redraw };
}

/** When a menu or a dialog is closed: what it is about is not taken from under somebody's hand. */
const closed = (over) =>
    new Promise((resolve) =>
        over.addEventListener(over.matches("dialog") ? "close" : "toggle", resolve, { once: true }),
    );

const nameOfControl = (control) => control.getAttribute("aria-label") ?? control.textContent;

/** Leaves the keyboard where it was: in the same row if it is still there, else at the top. */
function keepPlace(element, draw) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    const key = focused?.closest("[data-key]")?.dataset.key;
    draw();
    if (focused !== null) {
        const controls = key ? [...element.querySelectorAll(`[data-key="${CSS.escape(key)}"] button`)] : [];
        const heading = element.querySelector("h2");
        heading?.setAttribute("tabindex", "-1");
        const same = controls.find((control) => nameOfControl(control) === nameOfControl(focused));
        (same ?? controls[0] ?? heading)?.focus();
    }
}
