package org.muster.groups;

import java.util.Optional;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/**
 * How the caller stands to a group, and what that allows. What is not allowed is answered 404 where the group must stay
 * hidden, else 403.
 *
 * @param role the caller's, if they are an active member
 * @param state absent if the caller has nothing to do with the group
 */
public record GroupAccess(Group group, Optional<Role> role, Optional<MemberState> state) {

    /** Whether the caller belongs to the group. */
    public boolean member() {
        return role.isPresent();
    }

    /** Whether the caller may plan activities. */
    public boolean organizer() {
        return role.filter(own -> own.atLeast(Role.ORGANIZER)).isPresent();
    }

    /** Whether the caller may know of the group. */
    public boolean visible() {
        return member() || !group.hidden();
    }

    /** @throws Problem unless the caller may know of the group */
    public GroupAccess requireVisible() {
        if (!visible()) {
            throw Problem.notFound("group");
        }
        return this;
    }

    /** @throws Problem unless the caller belongs to the group */
    public GroupAccess requireMember() {
        requireVisible();
        if (!member()) {
            throw Problem.of(ProblemType.MEMBERSHIP_REQUIRED, "Only members of the group may see or do this.");
        }
        return this;
    }

    /** @throws Problem unless the caller may organise */
    public GroupAccess requireOrganizer() {
        requireMember();
        if (!organizer()) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only organizers and owners of the group may do this.");
        }
        return this;
    }

    /** @throws Problem unless the caller owns the group */
    public GroupAccess requireOwner() {
        requireMember();
        if (!role.equals(Optional.of(Role.OWNER))) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only owners of the group may do this.");
        }
        return this;
    }

    /** @throws Problem if the group is archived */
    public GroupAccess requireActive() {
        if (group.state() == GroupState.ARCHIVED) {
            throw Problem.of(ProblemType.GROUP_ARCHIVED, "An archived group can be read and left, nothing else.");
        }
        return this;
    }
}
