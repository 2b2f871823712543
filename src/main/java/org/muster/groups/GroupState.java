package org.muster.groups;

/** Whether a group still does anything. */
enum GroupState {
    ACTIVE,
    /** Kept to be read, and final. */
    ARCHIVED
}
