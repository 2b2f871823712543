package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.history.Audit;
import org.muster.history.Notifications;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.queue.Queue;
import org.muster.users.Caller;
import org.muster.users.Token;
import org.muster.users.Users;

/** Shows and accepts invitations. A valid token gives access to the group's name and settings, even if the group is private. */
@Path("invitations")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class InvitationAcceptanceResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Context
    SecurityContext security;

    private Audit audit;
    private Groups groups;
    private Invitations invitations;
    private Members members;
    private Notifications notifications;
    private Queue queue;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        audit = new Audit(sql);
        groups = new Groups(sql);
        invitations = new Invitations(sql);
        members = new Members(sql);
        notifications = new Notifications(sql);
        queue = new Queue(sql);
        users = new Users(sql);
    }

    /** To what the token invites, and who invites: before it is accepted, and before there is an account. */
    @GET
    @Path("{token}")
    public Response offer(@PathParam("token") String token) {
        var offer = invitations.offer(new Token(token)).orElseThrow(InvitationAcceptanceResource::noInvitation);
        new GroupAccess(offer.group(), Optional.empty(), Optional.empty()).requireActive();
        if (!offer.usable()) {
            throw unusable();
        }
        return Response.ok(offer.json()).build();
    }

    /**
     * Makes the caller a member, regardless of the group's join policy, and replaces a request to join. Returns 201.
     * Returns 200 and uses nothing if the caller is a member already, unless the invitation belongs to a placeholder
     * of an imported group.
     */
    @POST
    @Path("{token}/accept")
    @Transactional
    @Idempotent
    public Response accept(@PathParam("token") String token) {
        var caller = Caller.required(security);
        var user = caller.user();
        var invitation = invitations.find(new Token(token)).orElseThrow(InvitationAcceptanceResource::noInvitation);
        var group = invitation.group();
        groups.lock(group);
        var access = groups.findAccess(group, user).orElseThrow(InvitationAcceptanceResource::noInvitation);
        if (access.state().equals(Optional.of(MemberState.BANNED))) {
            throw Problem.of(ProblemType.BANNED, "You are banned from this group.");
        }
        if (access.member() && invitation.placeholder().isEmpty()) {
            return response(Response.ok(), access.group(), user);
        }
        access.requireActive();
        var role = invitations.use(invitation);
        if (role.isEmpty() && access.member()) {
            return response(Response.ok(), access.group(), user);
        }
        var offered = role.orElseThrow(InvitationAcceptanceResource::unusable);
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
        return response(access.member() ? Response.ok() : Response.status(201), access.group(), user);
    }

    /** Transfers the placeholder's membership, sign-ups and history to the user; only the placeholder's id remains. */
    private void replacePlaceholder(UUID group, UUID placeholder, UUID user, Role role) {
        members.transfer(group, placeholder, user, role);
        queue.transfer(group, placeholder, user);
        audit.transfer(group, placeholder, user);
        notifications.transfer(placeholder, user);
        users.erase(placeholder);
    }

    private Response response(Response.ResponseBuilder response, Group group, UUID user) {
        var membership = members.find(group.id(), user).orElseThrow();
        return response.entity(JSON.createObjectBuilder()
                        .add("group", group.json())
                        .add("membership", membership.json())
                        .build())
                .build();
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
