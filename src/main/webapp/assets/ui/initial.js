/** Groups and people as the first letter of their name, in a colour of their own. They are decorative: the name is beside them. */

import { h } from "../dom.js";
import { colourOf } from "../palette.js";

const letter = (name) => [...(name || "?")][0].toUpperCase();

/** A group: square. */
export const initial = ({ id, name }, ...classes) =>
    h("span", { class: ["initial", colourOf(id), ...classes], "aria-hidden": "true" }, letter(name));

/** A person: round. */
export const face = ({ userId, displayName }) =>
    h("span", { class: ["initial", "face", colourOf(userId)], "aria-hidden": "true" }, letter(displayName));
