package org.muster.activities;

/** Whether a series still makes and changes occurrences. */
enum SeriesState {
    ACTIVE,
    /** Ended by an organizer, and final. */
    ENDED
}
