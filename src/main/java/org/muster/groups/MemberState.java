package org.muster.groups;

/** The state of a membership. */
public enum MemberState {
    REQUESTED,
    ACTIVE,
    BANNED
}
