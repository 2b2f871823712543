package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.RequestScoped;
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
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.history.Audit;
import org.muster.http.Idempotent;
import org.muster.http.Input;
import org.muster.http.Page;
import org.muster.problems.Problem;
import org.muster.users.Caller;
import org.muster.users.Token;

/** Inviting people to a group, for its organizers. */
@Path("groups/{group}/invitations")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class InvitationsResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @PathParam("group")
    UUID group;

    @Context
    SecurityContext security;

    /** The newest first, those that cannot be used any more too, all without their tokens. */
    @GET
    public Response list(@QueryParam("limit") String limit, @QueryParam("cursor") String cursor, @Context UriInfo uri) {
        var caller = Caller.required(security);
        var page = Page.of(limit, cursor);
        access(caller).organizing();
        var invitations = new Invitations(pool).list(group, page.after(UUID::fromString), page.fetch());
        return page.answer(
                invitations, Invitation::json, invitation -> invitation.id().toString(), uri);
    }

    /** Makes an invitation, and shows its token this once; one for organizers only owners may make. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response create(Input input, @Context UriInfo uri) {
        var caller = Caller.required(security);
        var access = locked(caller);
        var terms = Invitation.Terms.of(input, Instant.now());
        if (terms.role() != Role.MEMBER) {
            access.owning();
        }
        var token = Token.random();
        var invitation = new Invitations(pool).create(group, terms, caller.user(), token);
        audit(caller, "invitation.created");
        return Response.created(uri.getAbsolutePathBuilder()
                        .path(invitation.id().toString())
                        .build())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(JSON.createObjectBuilder(invitation.json())
                        .add("token", token.value())
                        .build())
                .build();
    }

    /** Revokes an invitation; nothing happens if that was done before. Who has accepted it stays a member. */
    @DELETE
    @Path("{invitation}")
    @Transactional
    public void revoke(@PathParam("invitation") UUID id) {
        var caller = Caller.required(security);
        locked(caller);
        var invitations = new Invitations(pool);
        if (invitations.revoke(group, id)) {
            audit(caller, "invitation.revoked");
        } else if (!invitations.exists(group, id)) {
            throw Problem.notFound("invitation");
        }
    }

    private GroupAccess locked(Caller caller) {
        new Groups(pool).lock(group);
        return access(caller).organizing().active();
    }

    private GroupAccess access(Caller caller) {
        return new Groups(pool).access(group, Optional.of(caller.user())).orElseThrow(() -> Problem.notFound("group"));
    }

    private void audit(Caller caller, String action) {
        new Audit(pool).ofGroup(group, caller.user(), action);
    }
}
