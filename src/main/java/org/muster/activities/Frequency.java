package org.muster.activities;

/** In what steps a series goes on. */
public enum Frequency {
    DAILY,
    WEEKLY,
    MONTHLY
}
