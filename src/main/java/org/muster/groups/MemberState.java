package org.muster.groups;

/** How somebody stands to a group. */
enum MemberState {
    REQUESTED,
    ACTIVE,
    BANNED
}
