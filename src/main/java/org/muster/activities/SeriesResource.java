package org.muster.activities;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.groups.GroupAccess;
import org.muster.groups.Groups;
import org.muster.history.Audit;
import org.muster.http.ConditionalRequests;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.PageRequest;
import org.muster.limits.NodeRateLimit;
import org.muster.limits.NodeRateLimits;
import org.muster.problems.Problem;
import org.muster.users.Caller;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** Creates, lists, reads, changes and ends series of activities. */
@Path("groups/{group}/series")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class SeriesResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    NodeRateLimits rates;

    @Context
    SecurityContext security;

    private Activities activities;
    private Audit audit;
    private Groups groups;
    private SeriesStore seriesStore;
    private SeriesChange.Models seriesModels;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        activities = new Activities(sql);
        audit = new Audit(sql);
        groups = new Groups(sql);
        seriesStore = new SeriesStore(sql);
        seriesModels = new SeriesChange.Models(sql);
    }

    /** Organizers see all series, members those that publish their occurrences; the newest first. */
    @GET
    @DeferredAuthentication
    public Response list(
            @PathParam("group") UUID group,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        var page = PageRequest.of(limit, cursor);
        var organizer =
                groups.access(group, Requester.of(security)).requireMember().organizer();
        var series = seriesStore.list(group, organizer, page.after(UUID::fromString), page.fetchSize());
        return page.response(series, Series::json, any -> any.id().toString(), uri);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response create(
            @PathParam("group") UUID group, JsonInput input, @Context HttpServletRequest client, @Context UriInfo uri) {
        var access = locked(group).requireActive();
        var template = Series.Template.of(input, access.group().settings().zone());
        activities.requireRoom(group);
        rates.use(NodeRateLimit.SERIES, Caller.required(security).user(), client);
        var series = found(group, change(group).create(template));
        audit(group, "series.created");
        var location = uri.getAbsolutePathBuilder().path(series.id().toString()).build();
        return ConditionalRequests.tagged(Response.created(location).entity(series.json()), series.version());
    }

    @GET
    @Path("{series}")
    @DeferredAuthentication
    public Response series(@PathParam("group") UUID group, @PathParam("series") UUID id, @Context HttpHeaders headers) {
        var found = seriesStore.access(group, id, Requester.of(security));
        var access = found.group().requireMember();
        var series = found.series()
                .filter(any -> any.template().publish() || access.organizer())
                .orElseThrow(SeriesResource::noSeries);
        return ConditionalRequests.get(headers, series.version(), series.json());
    }

    /** Changes a series and its upcoming occurrences, except overridden ones. */
    @PATCH
    @Path("{series}")
    @Consumes({MediaType.APPLICATION_JSON, JsonInput.MERGE_PATCH})
    @Transactional
    public Response change(
            @PathParam("group") UUID group,
            @PathParam("series") UUID id,
            @Context HttpHeaders headers,
            @Context HttpServletRequest client,
            JsonInput patch) {
        rates.use(NodeRateLimit.ACTIVITY_CHANGES, Caller.required(security).user(), client);
        var access = locked(group).requireActive();
        var series = seriesStore.lock(group, id).orElseThrow(SeriesResource::noSeries);
        ConditionalRequests.require(headers, series.version());
        change(group).change(series, patch, access.group().settings().zone());
        audit(group, "series.changed");
        var changed = found(group, id);
        return ConditionalRequests.tagged(Response.ok(changed.json()), changed.version());
    }

    /** Ends a series, also in an archived group; does nothing if it is ended already. */
    @DELETE
    @Path("{series}")
    @Transactional
    public void end(@PathParam("group") UUID group, @PathParam("series") UUID id, @Context HttpHeaders headers) {
        locked(group);
        var series = seriesStore.lock(group, id).orElseThrow(SeriesResource::noSeries);
        ConditionalRequests.require(headers, series.version());
        if (series.state() == SeriesState.ACTIVE) {
            change(group).end(series);
            audit(group, "series.ended");
        }
    }

    /** Locks the group, and requires an organizer. */
    private GroupAccess locked(UUID group) {
        var caller = Caller.required(security);
        groups.lock(group);
        return groups.access(group, caller.user()).requireOrganizer();
    }

    private SeriesChange change(UUID group) {
        return new SeriesChange(seriesModels, group, Caller.required(security).user());
    }

    private Series found(UUID group, UUID series) {
        return seriesStore.find(group, series).orElseThrow();
    }

    private void audit(UUID group, String action) {
        audit.ofGroup(group, Caller.required(security).user(), action);
    }

    private static Problem noSeries() {
        return Problem.notFound("series");
    }
}
