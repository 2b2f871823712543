/** The groups of the person who is signed in, and what they may do in each. */

import { api } from "./api.js";
import { session } from "./session.js";

/** All groups that the person belongs to or asked to join: `[{ group, membership: { state, role } }]`; none for somebody signed out. */
export const myGroups = (signal) => (session.user ? api.all("/me/groups", { signal }) : Promise.resolve([]));

/** The person's membership in a group: `{ state, role }`; null if there is none. */
export async function membershipIn(group, signal) {
    const found = (await myGroups(signal)).find((mine) => mine.group.id === group);
    return found?.membership ?? null;
}

export const isMember = (membership) => membership?.state === "active";

export const isOrganizer = (membership) => isMember(membership) && membership.role !== "member";
