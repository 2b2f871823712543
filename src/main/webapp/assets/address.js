/**
 * Addresses of views: paths such as `/groups/…?view=list`. `routes.js` says which view has which address, `PagePaths` says so on
 * the server; views only make addresses and never import it.
 */

/** Parameters behind the `#`, which no server, proxy or log sees: a secret, and an address that may have one in it. */
const UNSENT = new Set(["to", "token"]);

/** The address of a view: `to("groups", id, "members")` is `/groups/…/members`. */
export const to = (...segments) => `/${segments.map(encodeURIComponent).join("/")}`;

/**
 * The same with parameters: `withQuery(to("groups"), { q: "hike" })`. Those without a value are left out; `to` and `token` go behind
 * the `#`.
 */
export function withQuery(address, query) {
    const given = Object.entries(query).filter(([, value]) => value);
    const written = (mark, pairs) => (pairs.length === 0 ? "" : mark + new URLSearchParams(pairs));
    const [unsent, sent] = [true, false].map((kind) => given.filter(([name]) => UNSENT.has(name) === kind));
    return address + written("?", sent) + written("#", unsent);
}

/** What an address says: `{ segments, query }`. */
export function parse(address) {
    const { pathname, search, hash } = new URL(address, location.origin);
    return {
        segments: pathname.replace(/^\/(?:index\.html$)?|\/$/g, "").split("/").map(decoded),
        query: Object.fromEntries([
            ...new URLSearchParams(search),
            ...[...new URLSearchParams(hash.slice(1))].filter(([name]) => UNSENT.has(name)),
        ]),
    };
}

function decoded(segment) {
    try {
        return decodeURIComponent(segment);
    } catch {
        return segment;
    }
}

/** The address of the view that is shown. */
export const current = () => location.pathname + location.search + location.hash;

/** The address that a view had when it was `#/groups/…`; an address of today is returned as it is. */
export function today(address) {
    if (!address.startsWith("#/")) {
        return address;
    }
    const { segments, query } = parse(address.slice(1));
    const named = { ...query, ...(query.to && { to: today(query.to) }) };
    return segments[0] === "invitations" && segments.length === 2
        ? withQuery(to("invitations"), { token: segments[1] })
        : withQuery(to(...segments), named);
}

/** Whether an address that came from outside, such as from a parameter, is one of this page. */
export const isView = (address) => /^\/(?![/\\])/.test(address);

/** The whole URL of a view, to hand to others. */
export const absolute = (address) => location.origin + address;
