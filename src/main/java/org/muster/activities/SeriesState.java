package org.muster.activities;

/** Whether a series still makes and changes occurrences. */
public enum SeriesState {
    ACTIVE,
    /** Ended by an organizer, and final. */
    ENDED
}
