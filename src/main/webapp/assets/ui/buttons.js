/** Buttons and links that look like buttons. */

import { h } from "../dom.js";
import { icon } from "../icons.js";

/**
 * @param {Object} options `kind`: "primary", "danger", "quiet" or none; `icon`; `href` makes it a link; other attributes as
 *     in `h`
 */
export function button(label, { kind, icon: image, href, ...props } = {}) {
    const classes = { class: ["button", kind, props.class] };
    const content = [image && icon(image), h("span", { class: "label" }, label)];
    return href
        ? h("a", { ...props, href, ...classes }, content)
        : h("button", { type: "button", ...props, ...classes }, content);
}

/** A button with only an icon; the label is its accessible name and tooltip. */
export const iconButton = (label, image, props = {}) =>
    h(
        "button",
        { type: "button", ...props, class: ["icon-button", props.class], "aria-label": label, title: label },
        icon(image),
    );
