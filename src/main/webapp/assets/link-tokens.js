/**
 * The tokens of links that come by mail or from an operator, `#/reset/…` and `#/verify/…`. They leave the address before anything else
 * happens, and are kept here until they are used: in memory, so a view that is loaded anew needs the link again.
 */

import { to } from "./address.js";

const LINK = /^#\/(reset|verify)\/([\w-]+)$/;

const tokens = new Map();

/** Takes the token out of such an address and returns the address of the view; any other address is returned as it is. */
export function take(address) {
    const [, view, token] = LINK.exec(address) ?? [];
    if (view === undefined) {
        return address;
    }
    tokens.set(view, token);
    return to(view);
}

/** The token for a view; null if there is none. */
export const tokenFor = (view) => tokens.get(view) ?? null;

/** The token was used. */
export const spend = (view) => tokens.delete(view);
