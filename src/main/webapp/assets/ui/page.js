/**
 * The frame of a view.
 *
 *     export async function view({ params, signal }) {
 *         const group = await api.get(`/groups/${params.group}`, { signal });
 *         return page({ title: group.name, back: { href: to("groups"), label: t("app.groups") } }, h("p", null, group.description));
 *     }
 */

import { h, unique } from "../dom.js";
import { icon } from "../icons.js";
import { colourOf } from "../palette.js";

/**
 * A view's element.
 *
 * @param {Object} head
 * @param {string} head.title the heading and the document's title
 * @param {{href: string, label: string}} [head.back] link to the parent view
 * @param {Node|string} [head.lead] a line below the heading
 * @param {Node[]} [head.actions] beside the heading
 * @param {"narrow"|"medium"} [head.width] for a form, for a column
 * @param {Object} [head.group] whose colour the heading has
 * @param {Node} [head.image] before the heading
 */
export function page({ title, back, lead, actions = [], width, group, image }, ...children) {
    return h(
        "div",
        { class: ["view", width] },
        h(
            "header",
            { class: ["view-head", ...(group ? ["band", colourOf(group.id)] : [])] },
            back && h("a", { class: "back", href: back.href }, icon("back"), back.label),
            h(
                "div",
                { class: "view-title" },
                image,
                h("div", { class: "view-name" }, h("h1", { tabindex: "-1" }, title), lead && h("div", { class: "lead" }, lead)),
                actions.length > 0 && h("div", { class: "actions" }, actions),
            ),
        ),
        ...children,
    );
}

/** A part of a view, with its heading; `actions` are beside it. */
export function section({ title, actions = [], level = 2, ...props }, ...children) {
    const id = unique("section");
    return h(
        "section",
        { ...props, "aria-labelledby": id },
        h(
            "div",
            { class: "section-head" },
            h(`h${level}`, { id }, title),
            actions.length > 0 && h("div", { class: "actions" }, actions),
        ),
        ...children,
    );
}
