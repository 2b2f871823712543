package org.muster.activities;

/** In what steps a series goes on. */
enum Frequency {
    DAILY,
    WEEKLY,
    MONTHLY
}
