package org.muster.groups;

/** Who can see a group. */
enum Visibility {
    PUBLIC,
    PRIVATE
}
