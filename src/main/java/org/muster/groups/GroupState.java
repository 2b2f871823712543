package org.muster.groups;

/** The state of a group. */
enum GroupState {
    ACTIVE,
    /** Read-only, for good. */
    ARCHIVED
}
