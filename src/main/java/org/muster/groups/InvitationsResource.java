package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.history.Audit;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.PageRequest;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.mail.Mailing;
import org.muster.mail.Outbox;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.users.Caller;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;
import org.muster.users.Token;
import org.muster.users.Users;

/** Creates, lists and revokes invitations to a group, for its organizers. */
@Path("groups/{group}/invitations")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class InvitationsResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Mailing mailing;

    @Inject
    Metrics metrics;

    @Context
    SecurityContext security;

    private Audit audit;
    private Groups groups;
    private Invitations invitations;
    private InvitationMail mail;
    private RateLimits limits;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        audit = new Audit(sql);
        groups = new Groups(sql);
        invitations = new Invitations(sql);
        mail = new InvitationMail(mailing, new Outbox(sql));
        limits = new RateLimits(sql, metrics);
        users = new Users(sql);
    }

    /** All invitations, the newest first, without their tokens; also those that can no longer be accepted. */
    @GET
    @DeferredAuthentication
    public Response list(
            @PathParam("group") UUID group,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        var requester = Requester.required(security);
        var page = PageRequest.of(limit, cursor);
        groups.access(group, requester).requireOrganizer();
        var found = invitations.list(group, page.after(UUID::fromString), page.fetchSize());
        return page.response(
                found, Invitation::json, invitation -> invitation.id().toString(), uri);
    }

    /**
     * Creates an invitation and returns its token, which is not shown again. Only owners can invite organizers. It is also sent to an
     * address, if one is given.
     */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response create(@PathParam("group") UUID group, JsonInput input, @Context UriInfo uri) {
        var caller = Caller.required(security);
        var access = locked(group, caller);
        var address = mail.address(input);
        var terms = Invitation.Terms.of(input, Instant.now());
        if (terms.role() != Role.MEMBER) {
            access.requireOwner();
        }
        if (!users.mayInvite(caller.user())) {
            throw Problem.of(
                    ProblemType.EMAIL_UNVERIFIED,
                    "Open the link in the mail that you got, or ask for another with POST /api/v1/me/email-verification.");
        }
        limits.use(RateLimit.INVITATIONS, caller.user());
        var token = Token.random();
        var invitation = invitations.create(group, terms, caller.user(), token);
        audit(group, caller, "invitation.created");
        if (address.isPresent()) {
            limits.use(RateLimit.INVITATION_MAILS, caller.user());
            mail.send(address.get(), access.group(), invitation, token, invitations.language(caller.user()));
        }
        return Response.created(uri.getAbsolutePathBuilder()
                        .path(invitation.id().toString())
                        .build())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(JSON.createObjectBuilder(invitation.json())
                        .add("token", token.value())
                        .build())
                .build();
    }

    /** Revokes an invitation; does nothing if it is revoked already. Those who have accepted it remain members. */
    @DELETE
    @Path("{invitation}")
    @Transactional
    public void revoke(@PathParam("group") UUID group, @PathParam("invitation") UUID id) {
        var caller = Caller.required(security);
        locked(group, caller);
        if (invitations.revoke(group, id)) {
            audit(group, caller, "invitation.revoked");
        } else if (!invitations.exists(group, id)) {
            throw Problem.notFound("invitation");
        }
    }

    private GroupAccess locked(UUID group, Caller caller) {
        groups.lock(group);
        return groups.access(group, caller.user()).requireOrganizer().requireActive();
    }

    private void audit(UUID group, Caller caller, String action) {
        audit.ofGroup(group, caller.user(), action);
    }
}
