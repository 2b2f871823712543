import { h } from "../dom.js";

/** A word that says what state something is in: `kind` is "good", "warn", "bad", "accent" or none. */
export const badge = (text, kind) => h("span", { class: ["badge", kind] }, text);
