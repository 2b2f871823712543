import { h } from "../dom.js";

/** A label for a state: `kind` is "good", "warn", "bad" or none. */
export const badge = (text, kind) => h("span", { class: ["badge", kind] }, text);
