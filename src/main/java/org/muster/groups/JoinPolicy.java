package org.muster.groups;

/** How people become members. */
enum JoinPolicy {
    /** Whoever joins is a member at once. */
    OPEN,
    /** Whoever joins waits for an organizer to approve. */
    REQUEST,
    /** Nobody joins by themselves. */
    INVITE
}
