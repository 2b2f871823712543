package org.muster.activities;

/** Who can see a published activity. */
public enum Audience {
    /** The members of its group. */
    GROUP,
    /** Everybody. */
    PUBLIC
}
