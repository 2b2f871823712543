package org.muster.activities;

/** The unit of a recurrence. */
public enum Frequency {
    DAILY,
    WEEKLY,
    MONTHLY
}
