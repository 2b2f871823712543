/** Lists that are read page by page, and their rows. */

import { h, put, replace } from "../dom.js";
import { t } from "../i18n.js";
import { remembered } from "../navigation.js";
import { action } from "./actions.js";

/**
 * A list that is read page by page.
 *
 * @param {Object} options
 * @param {(cursor: ?string) => Promise<{items: Array, next: ?string}>} options.load
 * @param {(item: Object) => Node} options.item makes the content of one `li`
 * @param {(item: Object) => string} [options.heading] of the items that follow each other and have the same
 * @param {Node} [options.none] in place of an empty list
 * @param {string} [options.name] in the view: who comes back to it gets as many pages as were shown
 */
export async function list({ load, item, heading = () => null, none, name, ...props }) {
    const parts = h("div", { class: "list-parts" });
    const more = h("div", { class: "list-more" });
    const place = h("div", null, parts, more);
    let said;
    let items;
    let pages = 0;
    const append = (one) => {
        const title = heading(one);
        if (items === undefined || title !== said) {
            said = title;
            items = h("ul", { ...props, class: ["list", props.class] });
            put(parts, title === null ? items : h("section", { class: "month" }, h("h3", null, title), items));
        }
        const made = h("li", null, item(one));
        put(items, made);
        return made;
    };
    const add = async (cursor) => {
        const { items: found, next } = await load(cursor);
        const [first] = found.map(append);
        pages += 1;
        if (name) {
            remembered()[name] = pages;
        }
        replace(more, next !== null && action(t("ui.more"), () => addAndFocus(next), { offline: true }));
        return { first, next };
    };
    const addAndFocus = async (cursor) => {
        const { first } = await add(cursor);
        first?.querySelector("a, button")?.focus();
    };
    const wanted = name ? (remembered()[name] ?? 1) : 1;
    let { first, next } = await add(null);
    while (next !== null && pages < wanted) {
        ({ next } = await add(next));
    }
    return first === undefined && none ? none : place;
}

/**
 * The content of a list item: a title, and a line below it.
 *
 * @param {Object} row `title`; `about`; `image` before both; other attributes as in `h`
 * @param {...Node} rest beside all that
 */
export const row = ({ title, about, image, ...props }, ...rest) =>
    h(
        "div",
        { ...props, class: ["row", props.class] },
        image,
        h(
            "div",
            { class: "row-main" },
            h("p", { class: "row-title" }, title),
            about && h("p", { class: "muted small" }, about),
        ),
        ...rest,
    );
