package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
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
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.limits.NodeRateLimit;
import org.muster.limits.NodeRateLimits;
import org.muster.users.Caller;
import org.muster.users.Token;

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

    @Inject
    NodeRateLimits rates;

    @Context
    SecurityContext security;

    private InvitationAcceptance acceptance;

    @PostConstruct
    void makeModels() {
        acceptance = new InvitationAcceptance(database.sql(pool));
    }

    /** To what the token invites, and who invites: before it is accepted, and before there is an account. */
    @GET
    @Path("{token}")
    public Response offer(@PathParam("token") String token) {
        return Response.ok(acceptance.offer(new Token(token)).json()).build();
    }

    /**
     * Makes the caller a member. Returns 201. Returns 200 if the caller is a member already.
     *
     * @see InvitationAcceptance#accept
     */
    @POST
    @Path("{token}/accept")
    @Transactional
    @Idempotent
    public Response accept(@PathParam("token") String token, @Context HttpServletRequest client) {
        var user = Caller.required(security).user();
        rates.use(NodeRateLimit.MEMBERSHIPS, user, client);
        var accepted = acceptance.accept(new Token(token), user);
        return Response.status(accepted.joined() ? Response.Status.CREATED : Response.Status.OK)
                .entity(JSON.createObjectBuilder()
                        .add("group", accepted.group().json())
                        .add("membership", accepted.membership().json())
                        .build())
                .build();
    }
}
