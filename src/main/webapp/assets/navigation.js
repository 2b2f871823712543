/**
 * Moving between views. Events, for `app.js`: `open`, `reload` and `refresh`.
 *
 *     go(to("groups", group.id));
 *     reload();
 */

import { current } from "./address.js";

export const navigation = new EventTarget();

/** Opens a view; if it is the one that is shown, opens it anew. */
export function go(address) {
    if (current() === address) {
        reload();
    } else {
        history.pushState(null, "", address);
        navigation.dispatchEvent(new Event("open"));
    }
}

/** Opens the current view anew, as if the person had just come: dialogs close, and the heading gets the focus. */
export const reload = () => navigation.dispatchEvent(new Event("reload"));

/** Builds the current view anew under the person's eyes: the focus, the scroll position and open dialogs stay. */
export const refresh = () => navigation.dispatchEvent(new Event("refresh"));
