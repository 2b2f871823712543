package org.muster.activities;

/** How far an activity is. */
enum ActivityState {
    DRAFT,
    PUBLISHED,
    /** For good. */
    CANCELLED
}
