/** What people of a group are called, by their ids. */

import { api } from "../api.js";
import { nameOf } from "./people.js";

/**
 * For organizers: whoever is or asked to be a member, is banned, or is among those who are known already.
 *
 * @param {Object[]} known with `userId` and `displayName`
 * @returns {Promise<(id: ?string) => string>}
 */
export async function namesIn(group, { signal, known = [] }) {
    const lists = await Promise.all(
        ["active", "requested", "banned"].map((state) =>
            api.all(`/groups/${group}/members`, { query: { state }, signal, most: 5000 }),
        ),
    );
    const names = new Map([...known, ...lists.flat()].map((person) => [person.userId, person.displayName]));
    return (id) => nameOf({ userId: id, displayName: names.get(id) });
}
