/**
 * Moving between views. Events, for `app.js`: `open`, `reload` and `refresh`.
 *
 *     go(to("groups", group.id));
 *     reload();
 *
 * What waits for the server first gets its own of them: {@link fromHere}.
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

/** Builds the current view anew under the person's eyes: the focus, the scroll position, what is typed and open dialogs stay. */
export const refresh = () => navigation.dispatchEvent(new Event("refresh"));

/**
 * Moves on from the view that is shown now when something is done: `go`, `reload` and `refresh`, which do nothing once people have
 * opened another view. `ui/actions.js` and `ui/forms.js` hand them to what they run.
 */
export function fromHere() {
    const here = entry;
    const ifStillHere = (move) => (address) => {
        if (entry === here) {
            move(address);
        }
    };
    return { go: ifStillHere(go), reload: ifStillHere(reload), refresh: ifStillHere(refresh) };
}

/** Changes the address of the view that is shown, and nothing else. */
export const rename = (address) => history.replaceState(history.state, "", address);

/** What is remembered of each entry of the browser's history, for who goes back to it. */
const entries = new Map();
let entry = {};

/**
 * Begins a new view: notes where the one before was scrolled to, and finds what is remembered of the entry of the history that is
 * shown now.
 */
export function enter() {
    entry.scroll = scrollY;
    const known = history.state?.entry;
    if (!entries.has(known)) {
        // Entries of an earlier visit keep their numbers in the history.
        const number = `${performance.timeOrigin} ${entries.size}`;
        history.replaceState({ entry: number }, "");
        entries.set(number, {});
    }
    entry = entries.get(history.state.entry);
}

/** What is remembered of the view that is shown: `scroll`, and how many pages of its lists were, by their names. */
export const remembered = () => entry;
