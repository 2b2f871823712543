package org.muster.groups;

/** Who may know of a group. */
enum Visibility {
    PUBLIC,
    PRIVATE
}
