package org.muster.groups;

import java.util.Optional;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/**
 * The caller's access to a group. What is not allowed is answered with 404 if the caller must not learn that the
 * group exists, with 403 otherwise.
 *
 * @param role the caller's, if they are an active member
 * @param state of the caller's membership; absent if there is none
 */
public record GroupAccess(Group group, Optional<Role> role, Optional<MemberState> state) {

    /** Whether the caller is an active member. */
    public boolean member() {
        return role.isPresent();
    }

    /** Whether the caller is an organizer or an owner. */
    public boolean organizer() {
        return role.filter(own -> own.atLeast(Role.ORGANIZER)).isPresent();
    }

    /** Whether the caller is kept out. */
    public boolean banned() {
        return state.equals(Optional.of(MemberState.BANNED));
    }

    /** Whether the caller may see the group. */
    public boolean visible() {
        return member() || !group.hidden();
    }

    /** @throws Problem 404 unless the caller may see the group */
    public GroupAccess requireVisible() {
        if (!visible()) {
            throw Problem.notFound("group");
        }
        return this;
    }

    /** @throws Problem 404 or 403 unless the caller is an active member */
    public GroupAccess requireMember() {
        requireVisible();
        if (!member()) {
            throw Problem.of(ProblemType.MEMBERSHIP_REQUIRED, "Only members of the group may see or do this.");
        }
        return this;
    }

    /** @throws Problem 404 or 403 unless the caller is an organizer or an owner */
    public GroupAccess requireOrganizer() {
        requireMember();
        if (!organizer()) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only organizers and owners of the group may do this.");
        }
        return this;
    }

    /** @throws Problem 404 or 403 unless the caller is an owner */
    public GroupAccess requireOwner() {
        requireMember();
        if (!role.equals(Optional.of(Role.OWNER))) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only owners of the group may do this.");
        }
        return this;
    }

    /** @throws Problem 409 if the group is archived */
    public GroupAccess requireActive() {
        if (group.state() == GroupState.ARCHIVED) {
            throw Problem.of(ProblemType.GROUP_ARCHIVED, "An archived group can only be read and left.");
        }
        return this;
    }
}
