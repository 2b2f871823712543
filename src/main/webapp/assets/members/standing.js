/** How the person stands to groups. */

import { api } from "../api.js";
import { session } from "../session.js";

/** All groups that the person belongs to or asked to join: `[{ group, membership: { state, role } }]`; none for strangers. */
export const myGroups = (signal) => (session.user ? api.all("/me/groups", { signal }) : Promise.resolve([]));

/** How the person stands to a group: `{ state, role }`, or null if they have nothing to do with it. */
export async function standing(group, signal) {
    const found = (await myGroups(signal)).find((mine) => mine.group.id === group);
    return found?.membership ?? null;
}

export const isMember = (membership) => membership?.state === "active";

export const isOrganizer = (membership) => isMember(membership) && membership.role !== "member";
