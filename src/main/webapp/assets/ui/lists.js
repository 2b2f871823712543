/** Lists that are read page by page, and their rows. */

import { h, put, replace } from "../dom.js";
import { t } from "../i18n.js";
import { action } from "./actions.js";

/**
 * A list that is read page by page.
 *
 * @param {Object} options
 * @param {(cursor: ?string) => Promise<{items: Array, next: ?string}>} options.load
 * @param {(item: Object) => Node} options.item makes the content of one `li`
 * @param {Node} [options.none] in place of an empty list
 */
export async function list({ load, item, none, ...props }) {
    const items = h("ul", { ...props, class: ["list", props.class] });
    const more = h("div", { class: "list-more" });
    const place = h("div", null, items, more);
    const add = async (cursor) => {
        const { items: found, next } = await load(cursor);
        const first = items.children.length;
        put(
            items,
            found.map((one) => h("li", null, item(one))),
        );
        replace(more, next !== null && action(t("ui.more"), () => add(next)));
        if (cursor !== null) {
            items.children[first]?.querySelector("a, button")?.focus();
        }
    };
    await add(null);
    return items.children.length === 0 && none ? none : place;
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
