/** What somebody without an account began: it is finished when they have one. Nothing of it is stored. */

let begun = null;

/** Somebody signs up for the activity with this path, with guests, and is asked who they are. */
export const begin = (path, guests) => (begun = { path, guests });

/** They do not go on. */
export const drop = () => (begun = null);

/** The number of guests with which to sign up for the activity with this path; null if that was not begun. Forgets it. */
export function finish(path) {
    const guests = begun?.path === path ? begun.guests : null;
    drop();
    return guests;
}
