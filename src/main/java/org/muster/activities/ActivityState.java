package org.muster.activities;

/** The state of an activity. */
public enum ActivityState {
    DRAFT,
    PUBLISHED,
    /** Final. */
    CANCELLED
}
