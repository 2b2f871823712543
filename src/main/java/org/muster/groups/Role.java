package org.muster.groups;

/** What an active member is in a group; each may do all that the ones before it may. */
public enum Role {
    MEMBER,
    ORGANIZER,
    OWNER;

    boolean atLeast(Role role) {
        return compareTo(role) >= 0;
    }
}
