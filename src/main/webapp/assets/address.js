/**
 * Addresses of views: the part of the URL from `#` on, such as `#/groups/…?view=list`. `routes.js` says which view has
 * which address; views only make addresses and never import it.
 */

/** The address of a view: `to("groups", id, "members")` is `#/groups/…/members`. */
export const to = (...segments) => `#/${segments.map(encodeURIComponent).join("/")}`;

/** The same with parameters: `withQuery(to("groups"), { q: "hike" })`. Those without a value are left out. */
export function withQuery(address, query) {
    const given = Object.entries(query).filter(([, value]) => value);
    return given.length === 0 ? address : `${address}?${new URLSearchParams(given)}`;
}

/** What an address says: `{ segments, query }`. */
export function parse(address) {
    const [path, query = ""] = address.replace(/^#?\/?/, "").split("?");
    return {
        segments: path.replace(/\/$/, "").split("/").map(decoded),
        query: Object.fromEntries(new URLSearchParams(query)),
    };
}

function decoded(segment) {
    try {
        return decodeURIComponent(segment);
    } catch {
        return segment;
    }
}

/** Whether an address that came from outside, such as from a parameter, is one of a view. */
export const isView = (address) => address.startsWith("#/");

/** The whole URL of a view, to hand to others. */
export const absolute = (address) => `${location.origin}${location.pathname}${address}`;
