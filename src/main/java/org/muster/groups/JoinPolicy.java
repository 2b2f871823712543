package org.muster.groups;

/** How people can join a group. */
enum JoinPolicy {
    /** Joining makes a member at once. */
    OPEN,
    /** An organizer must approve each request to join. */
    REQUEST,
    /** Joining needs an invitation. */
    INVITE
}
