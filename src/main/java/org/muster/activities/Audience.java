package org.muster.activities;

/** Who may see an activity that is published. */
public enum Audience {
    /** The members of its group. */
    GROUP,
    /** Everybody. */
    PUBLIC
}
