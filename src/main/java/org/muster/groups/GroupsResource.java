package org.muster.groups;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.database.DatabaseException;
import org.muster.history.Audit;
import org.muster.history.Notifications;
import org.muster.http.ConditionalRequests;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.PageRequest;
import org.muster.http.QueryParameters;
import org.muster.limits.NodeRateLimit;
import org.muster.limits.NodeRateLimits;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.proxies.ClientAddress;
import org.muster.users.Caller;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** Creates, lists, reads, changes and archives groups. */
@Path("groups")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class GroupsResource {
    /** The maximum length of a search, as of a name. */
    private static final int MAX_QUERY_CHARACTERS = 100;

    private static final Duration SEARCH_TIMEOUT = Duration.ofSeconds(2);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Metrics metrics;

    @Inject
    NodeRateLimits rates;

    @Context
    SecurityContext security;

    private Audit audit;
    private Groups groups;
    private GroupLists lists;
    private GroupLists searched;
    private Notifications notifications;
    private RateLimits limits;
    private Slugs slugs;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        audit = new Audit(sql);
        groups = new Groups(sql);
        lists = new GroupLists(sql);
        searched = new GroupLists(sql.limitedTo(SEARCH_TIMEOUT));
        notifications = new Notifications(sql);
        limits = new RateLimits(sql, metrics);
        slugs = new Slugs(sql);
    }

    @GET
    public Response list(
            @QueryParam("q") String words,
            @QueryParam("state") String state,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context HttpServletRequest client,
            @Context UriInfo uri) {
        var page = PageRequest.of(limit, cursor);
        var wanted = QueryParameters.choice("state", state, GroupState.class).orElse(GroupState.ACTIVE);
        var user = Caller.of(security).map(Caller::user);
        var after = page.after(UUID::fromString);
        var query = QueryParameters.text("q", words, MAX_QUERY_CHARACTERS);
        query.ifPresent(any ->
                rates.use(NodeRateLimit.SEARCHES, ClientAddress.of(client).network(), client));
        var found = query.map(text -> search(text, wanted, user, after, page.fetchSize()))
                .orElseGet(() -> lists.list(wanted, user, after, page.fetchSize()));
        return page.response(found, Group::json, group -> group.id().toString(), uri);
    }

    private List<Group> search(String text, GroupState state, Optional<UUID> user, Optional<UUID> after, int limit) {
        try {
            return FoldedName.query(text)
                    .map(words -> searched.search(words, state, user, after, limit))
                    .orElse(List.of());
        } catch (DatabaseException failure) {
            throw failure.cancelled() ? Problem.searchTooSlow() : failure;
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response create(JsonInput input, @Context UriInfo uri) {
        var caller = Caller.required(security);
        var settings = Group.Settings.of(input);
        limits.use(RateLimit.GROUPS, caller.user());
        var group = groups.create(settings, caller.user()).orElseThrow(GroupsResource::slugTaken);
        audit.ofGroup(group.id(), caller.user(), "group.created");
        var location = uri.getAbsolutePathBuilder().path(group.id().toString()).build();
        return ConditionalRequests.tagged(Response.created(location).entity(group.json()), group.version());
    }

    /** Reads a group by its id or its slug. */
    @GET
    @Path("{group}")
    @DeferredAuthentication
    public Response group(@PathParam("group") GroupKey key, @Context HttpHeaders headers) {
        var access = key.access(groups, Requester.of(security)).requireVisible();
        return ConditionalRequests.get(
                headers, access.group().version(), access.group().json());
    }

    @PATCH
    @Path("{group}")
    @Consumes({MediaType.APPLICATION_JSON, JsonInput.MERGE_PATCH})
    @Transactional
    public Response change(@PathParam("group") UUID id, @Context HttpHeaders headers, JsonInput patch) {
        var group = locked(id).requireOwner().requireActive().group();
        ConditionalRequests.require(headers, group.version());
        var settings = group.settings().patched(patch);
        if (settings.slug().isEmpty()) {
            settings = settings.withSlug(group.settings().slug());
        }
        if (!settings.slug().equals(group.settings().slug()) && !slugs.change(id, settings.slug())) {
            throw slugTaken();
        }
        var changed = groups.change(id, group.version(), settings)
                .orElseThrow(() -> ConditionalRequests.mismatch(group.version()));
        audit.ofGroup(id, Caller.required(security).user(), "group.changed");
        return ConditionalRequests.tagged(Response.ok(changed.json()), changed.version());
    }

    @POST
    @Path("{group}/archive")
    @Transactional
    @Idempotent
    public Response archive(@PathParam("group") UUID id) {
        var group = locked(id).requireOwner().group();
        var archived = groups.archive(id);
        archived.ifPresent(any -> {
            var actor = Caller.required(security).user();
            audit.ofGroup(id, actor, "group.archived");
            notifications.sendToAll(id, "group.archived", actor);
        });
        var now = archived.orElse(group);
        return ConditionalRequests.tagged(Response.ok(now.json()), now.version());
    }

    private GroupAccess locked(UUID id) {
        var caller = Caller.required(security);
        groups.lock(id);
        return groups.access(id, caller.user());
    }

    private static Problem slugTaken() {
        return Problem.of(ProblemType.SLUG_TAKEN, "Choose another slug.");
    }
}
