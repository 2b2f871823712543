package org.muster.groups;

import java.util.Optional;
import java.util.UUID;
import org.muster.database.Sql;
import org.muster.history.Audit;
import org.muster.history.Notifications;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.queue.SignUpTransfers;
import org.muster.users.Token;
import org.muster.users.Users;

/** Accepts invitations, in the caller's transaction. */
public final class InvitationAcceptance {
    private final Audit audit;
    private final Groups groups;
    private final Invitations invitations;
    private final Members members;
    private final Notifications notifications;
    private final SignUpTransfers signUps;
    private final Users users;

    public InvitationAcceptance(Sql sql) {
        audit = new Audit(sql);
        groups = new Groups(sql);
        invitations = new Invitations(sql);
        members = new Members(sql);
        notifications = new Notifications(sql);
        signUps = new SignUpTransfers(sql);
        users = new Users(sql);
    }

    /**
     * What a user has got.
     *
     * @param joined whether they were no member before
     */
    record Accepted(Group group, Member membership, boolean joined) {}

    /**
     * Requires that the invitation can be accepted.
     *
     * @throws Problem 409 if it cannot, or does not exist
     */
    public void requireUsable(Token token) {
        invitations.offer(token).filter(InvitationOffer::usable).orElseThrow(InvitationAcceptance::unusable);
    }

    /**
     * To what the token invites, and who invites.
     *
     * @throws Problem 404 if there is no such invitation, 409 if it cannot be used
     */
    InvitationOffer offer(Token token) {
        var offer = invitations.offer(token).orElseThrow(InvitationAcceptance::noInvitation);
        new GroupAccess(offer.group(), Optional.empty(), Optional.empty()).requireActive();
        if (!offer.usable()) {
            throw unusable();
        }
        return offer;
    }

    /**
     * Makes the user a member, regardless of the group's join policy, and replaces a request to join. Uses nothing if the user is a
     * member already, unless the invitation belongs to a placeholder of an imported group.
     *
     * @throws Problem 404 if there is no such invitation, 403 if the user is banned, 409 if it cannot be used
     */
    public Accepted accept(Token token, UUID user) {
        var invitation = invitations.find(token).orElseThrow(InvitationAcceptance::noInvitation);
        var group = invitation.group();
        groups.lock(group);
        var access = groups.findAccess(group, user).orElseThrow(InvitationAcceptance::noInvitation);
        if (access.banned()) {
            throw Problem.of(ProblemType.BANNED, "You are banned from this group.");
        }
        if (access.member() && invitation.placeholder().isEmpty()) {
            return accepted(access, user);
        }
        access.requireActive();
        var role = invitations.use(invitation);
        if (role.isEmpty() && access.member()) {
            return accepted(access, user);
        }
        var offered = role.orElseThrow(InvitationAcceptance::unusable);
        notifications.sendToOrganizers(group, "invitation.accepted");
        var own = access.role().orElse(Role.MEMBER);
        if (invitation.placeholder().isPresent()) {
            var placeholder = invitation.placeholder().get();
            var theirs = members.find(group, placeholder).orElseThrow().role();
            replacePlaceholder(group, placeholder, user, theirs.atLeast(own) ? theirs : own);
        } else {
            members.admit(group, user, offered);
        }
        audit.ofMember(group, user, "invitation.accepted", user);
        return accepted(access, user);
    }

    /** Transfers the placeholder's membership, sign-ups and history to the user; only the placeholder's id remains. */
    private void replacePlaceholder(UUID group, UUID placeholder, UUID user, Role role) {
        members.transfer(group, placeholder, user, role);
        signUps.transfer(group, placeholder, user);
        audit.transfer(group, placeholder, user);
        notifications.transfer(placeholder, user);
        users.erase(placeholder);
    }

    private Accepted accepted(GroupAccess before, UUID user) {
        var group = before.group();
        return new Accepted(group, members.find(group.id(), user).orElseThrow(), !before.member());
    }

    private static Problem noInvitation() {
        return Problem.notFound("invitation");
    }

    private static Problem unusable() {
        return Problem.of(
                ProblemType.INVITATION_SPENT,
                "The invitation has been used, has expired or was revoked. Ask the group's organizers for another one.");
    }
}
