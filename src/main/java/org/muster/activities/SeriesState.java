package org.muster.activities;

/** The state of a series. */
public enum SeriesState {
    ACTIVE,
    /** Ended by an organizer; final. */
    ENDED
}
