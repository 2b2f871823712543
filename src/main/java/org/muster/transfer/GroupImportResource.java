package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.database.Sql;
import org.muster.groups.Group;
import org.muster.groups.Groups;
import org.muster.history.Audit;
import org.muster.http.BodyLimit;
import org.muster.http.Idempotent;
import org.muster.http.Times;
import org.muster.json.EnumNames;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.queue.Move.Cause;
import org.muster.queue.Queue;
import org.muster.transfer.GroupImport.PersonalInvitation;
import org.muster.users.Caller;

/** Imports an exported group, from this or another Muster. */
@Path("groups/import")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class GroupImportResource {
    private static final Duration INVITATION_LIFETIME = Duration.ofDays(366);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Metrics metrics;

    @Context
    SecurityContext security;

    private Sql sql;
    private Audit audit;
    private Groups groups;
    private RateLimits limits;
    private Queue queue;

    @PostConstruct
    void makeModels() {
        sql = database.sql(pool);
        audit = new Audit(sql);
        groups = new Groups(sql);
        limits = new RateLimits(sql, metrics);
        queue = new Queue(sql);
    }

    /**
     * Creates the group, owned by the caller. Other people become placeholders, until they accept their invitations.
     * The invitations' tokens are in this response only.
     */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @BodyLimit(GroupDocument.MAX_MEBIBYTES)
    @LimitedImports
    @Transactional
    @Idempotent
    public Response create(GroupDocument document, @Context UriInfo uri) {
        var caller = Caller.required(security);
        limits.use(RateLimit.IMPORTS, caller.user());
        limits.use(RateLimit.IMPORTED_PEOPLE, caller.user(), document.people().size());
        var group = groups.restore(document.group()).orElseThrow(GroupImportResource::exists);
        var groupImport = new GroupImport(sql, document, caller.user());
        groupImport.fill();
        queue.admit(group.id(), document.queues(), Cause.SEAT_FREED);
        var expiresAt = OffsetDateTime.ofInstant(Instant.now().plus(INVITATION_LIFETIME), ZoneOffset.UTC)
                .truncatedTo(ChronoUnit.SECONDS);
        var invitations = group.active() ? groupImport.invite(expiresAt) : List.<PersonalInvitation>of();
        audit.ofGroup(group.id(), caller.user(), "group.imported");
        var location = uri.getBaseUriBuilder().path("groups").path(group.id().toString());
        return Response.created(location.build())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(json(group, invitations, expiresAt.toInstant()))
                .build();
    }

    private static JsonObject json(Group group, List<PersonalInvitation> invitations, Instant expiresAt) {
        var items = JSON.createArrayBuilder();
        invitations.forEach(invitation -> items.add(JSON.createObjectBuilder()
                .add("userId", invitation.placeholder().toString())
                .add("displayName", invitation.person().displayName())
                .add(
                        "role",
                        EnumNames.of(
                                invitation.person().membership().orElseThrow().role()))
                .add("token", invitation.token().value())
                .add("expiresAt", Times.utc(expiresAt))));
        return JSON.createObjectBuilder()
                .add("group", group.json())
                .add("invitations", items)
                .build();
    }

    private static Problem exists() {
        return Problem.of(
                ProblemType.GROUP_EXISTS,
                "A group with this id exists already: it was imported before, or exported from this server.");
    }
}
