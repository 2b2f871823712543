/** Text of people with the addresses in it as links. */

import { h } from "../dom.js";

const ADDRESS = /\bhttps?:\/\/[^\s<>"]+/g;
/** What ends a sentence rather than an address. */
const END = /[.,;:!?'’”»)\]]+$/;

/** A link to elsewhere: that site learns neither where it comes from nor how to reach this window. */
export const outward = (href, ...content) =>
    h("a", { href, rel: "noopener noreferrer nofollow", target: "_blank" }, ...content);

/** The parts of a text: strings, and links for its web addresses. */
export function linked(text) {
    const parts = [];
    let from = 0;
    for (const { 0: found, index } of text.matchAll(ADDRESS)) {
        const address = balanced(found);
        if (URL.canParse(address)) {
            parts.push(text.slice(from, index), outward(address, address));
            from = index + address.length;
        }
    }
    return [...parts, text.slice(from)];
}

/** The address without the punctuation after it; a parenthesis that opens in it may close it. */
function balanced(found) {
    const address = found.replace(END, "");
    return found[address.length] === ")" && address.includes("(") ? `${address})` : address;
}
