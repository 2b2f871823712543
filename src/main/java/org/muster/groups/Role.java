package org.muster.groups;

/** The role of an active member. Each role includes the permissions of those before it. */
public enum Role {
    MEMBER,
    ORGANIZER,
    OWNER;

    boolean atLeast(Role role) {
        return compareTo(role) >= 0;
    }
}
