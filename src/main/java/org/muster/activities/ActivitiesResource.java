package org.muster.activities;

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
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.groups.GroupAccess;
import org.muster.groups.Groups;
import org.muster.history.Audit;
import org.muster.history.Notifications;
import org.muster.http.ConditionalRequests;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.OptionalBody;
import org.muster.http.PageRequest;
import org.muster.http.QueryParameters;
import org.muster.http.Zone;
import org.muster.limits.NodeRateLimit;
import org.muster.limits.NodeRateLimits;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.users.Caller;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** Creates, lists, reads, changes, publishes and cancels a group's activities. */
@Path("groups/{group}/activities")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class ActivitiesResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    NodeRateLimits rates;

    @Context
    SecurityContext security;

    private Activities activities;
    private ActivityChange activityChange;
    private Audit audit;
    private Groups groups;
    private Notifications notifications;
    private Occurrences occurrences;
    private SeriesStore seriesStore;
    private SeriesChange.Models seriesModels;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        activities = new Activities(sql);
        audit = new Audit(sql);
        groups = new Groups(sql);
        notifications = new Notifications(sql);
        occurrences = new Occurrences(sql);
        seriesStore = new SeriesStore(sql);
        seriesModels = new SeriesChange.Models(sql);
        activityChange = seriesModels.activityChange();
    }

    @GET
    @DeferredAuthentication
    public Response list(
            @PathParam("group") UUID group,
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("state") String state,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        var page = PageRequest.of(limit, cursor);
        var since = QueryParameters.instant("from", from);
        var until = QueryParameters.instant("to", to);
        var wanted = QueryParameters.choice("state", state, ActivityState.class);
        var found = activities.list(
                group,
                Requester.of(security),
                new Activities.Filter(since, until, wanted),
                page.after(Activities.Key::parse),
                page.fetchSize());
        return page.response(
                found, Activity::listed, activity -> Activities.Key.of(activity).toString(), uri);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response create(
            @PathParam("group") UUID group,
            JsonInput input,
            @QueryParam("strict") String strict,
            @Context HttpServletRequest client,
            @Context UriInfo uri) {
        var exact = QueryParameters.flag("strict", strict);
        var access = locked(group).requireActive();
        var plan = Activity.Plan.of(input, access.group().settings().zone());
        requireExistingTime(plan, exact);
        return create(group, plan, client, uri);
    }

    private Response create(UUID group, Activity.Plan plan, HttpServletRequest client, UriInfo uri) {
        rates.use(NodeRateLimit.ACTIVITIES, Caller.required(security).user(), client);
        var activity = activities.create(group, plan);
        audit(group, "activity.created", activity.id());
        var location = uri.getBaseUriBuilder()
                .path(ActivitiesResource.class)
                .path(activity.id().toString())
                .build(group);
        return ConditionalRequests.tagged(Response.created(location).entity(activity.json()), activity.version());
    }

    /** A public activity is visible to everybody, even in a private group; an unpublished one to organizers only. */
    @GET
    @Path("{activity}")
    @DeferredAuthentication
    public Response activity(
            @PathParam("group") UUID group, @PathParam("activity") UUID id, @Context HttpHeaders headers) {
        var activity = activities.access(group, id, Requester.of(security)).requireVisible();
        return ConditionalRequests.get(headers, activity.version(), activity.json());
    }

    /** Changes an activity; of a series, one occurrence or that one and all that follow. */
    @PATCH
    @Path("{activity}")
    @Consumes({MediaType.APPLICATION_JSON, JsonInput.MERGE_PATCH})
    @Transactional
    public Response change(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @QueryParam("scope") String scope,
            @QueryParam("strict") String strict,
            @Context HttpHeaders headers,
            @Context HttpServletRequest client,
            JsonInput patch) {
        var exact = QueryParameters.flag("strict", strict);
        var wanted = QueryParameters.choice("scope", scope, Scope.class).orElse(Scope.THIS);
        rates.use(NodeRateLimit.ACTIVITY_CHANGES, Caller.required(security).user(), client);
        var zone = locked(group).requireActive().group().settings().zone();
        return response(
                wanted == Scope.THIS
                        ? changeThis(group, id, headers, patch, zone, exact)
                        : changeFollowing(group, id, headers, patch, zone, exact));
    }

    private Activity changeThis(UUID group, UUID id, HttpHeaders headers, JsonInput patch, Zone zone, boolean exact) {
        var activity = activities.lock(group, id).orElseThrow(ActivitiesResource::noActivity);
        var plan = patched(activity, headers, patch, zone, exact);
        var changed =
                activityChange.apply(activity, plan, Caller.required(security).user());
        audit(group, "activity.changed", id);
        return changed;
    }

    private Activity changeFollowing(
            UUID group, UUID id, HttpHeaders headers, JsonInput patch, Zone zone, boolean exact) {
        // The lock of the group keeps the activity in its series.
        var series = activities
                .find(group, id)
                .orElseThrow(ActivitiesResource::noActivity)
                .occurrence()
                .flatMap(occurrence -> seriesStore.lock(group, occurrence.series()))
                .orElseThrow(SeriesChange::noOccurrence);
        var made = occurrences.lock(group, series.id());
        var activity = made.stream()
                .filter(any -> any.id().equals(id))
                .findFirst()
                .orElseThrow(ActivitiesResource::noActivity);
        var plan = patched(activity, headers, patch, zone, exact);
        new SeriesChange(seriesModels, group, Caller.required(security).user())
                .changeFollowing(series, made, activity, plan, patch, zone);
        audit(group, "series.changed", id);
        return activities.find(group, id).orElseThrow();
    }

    private static Activity.Plan patched(
            Activity activity, HttpHeaders headers, JsonInput patch, Zone zone, boolean exact) {
        activity.requireNotCancelled();
        ConditionalRequests.require(headers, activity.version());
        var plan = activity.plan().patched(patch, zone);
        requireExistingTime(plan, exact);
        return plan;
    }

    /**
     * Creates a draft with the same plan, starting at {@code startsLocal} or on {@code startsOn} if given. It has no sign-ups and belongs to
     * no series.
     */
    @POST
    @Path("{activity}/duplicate")
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response duplicate(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @OptionalBody JsonInput input,
            @Context HttpServletRequest client,
            @Context UriInfo uri) {
        locked(group).requireActive();
        var original = activities.find(group, id).orElseThrow(ActivitiesResource::noActivity);
        var schedule = original.plan().schedule();
        var startsLocal = schedule.startsLocal();
        if (input != null) {
            startsLocal = ScheduleInput.readStart(input, schedule).orElse(startsLocal);
            input.done();
        }
        if (!original.plan().schedule().zone().known()) {
            throw Problem.invalid(
                    ProblemType.UNKNOWN_ZONE,
                    List.of(new Invalid("#/zone", "must be an IANA time zone such as America/Toronto")));
        }
        return create(group, original.plan().startingAt(startsLocal), client, uri);
    }

    /** Publishes a draft; does nothing if it is published already. */
    @POST
    @Path("{activity}/publish")
    @Transactional
    @Idempotent
    public Response publish(@PathParam("group") UUID group, @PathParam("activity") UUID id) {
        locked(group).requireActive();
        var activity = activities.lock(group, id).orElseThrow(ActivitiesResource::noActivity);
        activity.requireNotCancelled();
        var published = activities.publish(group, id);
        published.ifPresent(any -> audit(group, "activity.published", id));
        return response(published.orElse(activity));
    }

    /** Cancels an activity for good, also in an archived group. */
    @POST
    @Path("{activity}/cancel")
    @Transactional
    @Idempotent
    public Response cancel(@PathParam("group") UUID group, @PathParam("activity") UUID id) {
        locked(group);
        activities.lock(group, id).orElseThrow(ActivitiesResource::noActivity);
        var cancelled = activities.cancel(group, id).orElseThrow(ActivitiesResource::alreadyCancelled);
        audit(group, "activity.cancelled", id);
        if (!cancelled.over(Instant.now())) {
            notifications.sendToParticipants(
                    group,
                    List.of(id),
                    "activity.cancelled",
                    Caller.required(security).user());
        }
        return response(cancelled);
    }

    /** The scope of a change. */
    enum Scope {
        THIS,
        /** This occurrence of a series and all that follow. */
        FOLLOWING
    }

    /** Locks the group, and requires an organizer. */
    private GroupAccess locked(UUID group) {
        var caller = Caller.required(security);
        groups.lock(group);
        return groups.access(group, caller.user()).requireOrganizer();
    }

    private void audit(UUID group, String action, UUID activity) {
        audit.ofActivity(group, Caller.required(security).user(), action, activity);
    }

    private static Response response(Activity activity) {
        return ConditionalRequests.tagged(Response.ok(activity.json()), activity.version());
    }

    private static void requireExistingTime(Activity.Plan plan, boolean strict) {
        if (strict && plan.schedule().adjusted()) {
            var zone = plan.schedule().zone();
            var field = plan.schedule().allDay() ? "#/startsOn" : "#/startsLocal";
            throw Problem.invalid(
                    ProblemType.LOCAL_TIME_GAP,
                    List.of(new Invalid(field, "is skipped by the clocks of " + zone + " on that day")));
        }
    }

    private static Problem alreadyCancelled() {
        return Problem.of(ProblemType.ALREADY_CANCELLED, "A cancelled activity cannot be changed.");
    }

    private static Problem noActivity() {
        return Problem.notFound("activity");
    }
}
