package org.muster.groups;

/** How somebody stands to a group. */
public enum MemberState {
    REQUESTED,
    ACTIVE,
    BANNED
}
