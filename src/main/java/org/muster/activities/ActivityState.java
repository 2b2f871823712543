package org.muster.activities;

/** How far an activity is. */
public enum ActivityState {
    DRAFT,
    PUBLISHED,
    /** For good. */
    CANCELLED
}
