/** People in lists, and sections that update live. */

import { h, replace } from "../dom.js";
import { isolated, t } from "../i18n.js";
import { follow } from "../live.js";
import { session } from "../session.js";
import { throttle } from "../throttle.js";
import { face } from "../ui/initial.js";
import { keepPlace } from "../ui/keep-place.js";
import { row } from "../ui/lists.js";

/**
 * A row for a person.
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
            image: image ?? face({ userId, displayName }),
            title: [nameOf({ userId, displayName }), badge],
            about,
        },
        ...rest,
    );

/** The name of a person in a list. */
export const nameOf = ({ userId, displayName }) =>
    userId === session.user.id ? t("names.me", { name: displayName }) : isolated(displayName || t("names.gone"));

/** More are drawn only where one looks. */
const MANY = 50;

/** A list of items. */
export const rows = (items, make) =>
    h(
        "ul",
        { class: ["list", items.length > MANY && "long"] },
        items.map((item) => h("li", null, make(item))),
    );

/**
 * A section that is redrawn when its data may have changed.
 *
 * @param {Object} options
 * @param {string} options.group whose changes are followed; with `activity`, only those of that activity
 * @param {(change: Object) => boolean} [options.concerns] whether a change affects the section
 * @param {() => Promise<Node[]>} options.make reads and draws it
 * @returns {Promise<{element: Element, redraw: () => Promise<void>}>}
 */
export async function liveSection({ group, activity, signal, concerns = () => true, make }) {
    const element = h("div", { class: "live-section" });
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

/** Resolves when a menu or a dialog is closed, so that a redraw does not remove it while it is in use. */
const closed = (over) =>
    new Promise((resolve) =>
        over.addEventListener(over.matches("dialog") ? "close" : "toggle", resolve, { once: true }),
    );
