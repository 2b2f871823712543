package org.muster.activities;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.RequestScoped;
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
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.groups.GroupAccess;
import org.muster.groups.Groups;
import org.muster.history.Audit;
import org.muster.history.Notifications;
import org.muster.http.BodyOptional;
import org.muster.http.Conditional;
import org.muster.http.Idempotent;
import org.muster.http.Input;
import org.muster.http.Page;
import org.muster.http.Parameter;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.queue.Queue;
import org.muster.users.Caller;

/** Planning, finding, reading, changing, publishing and cancelling a group's activities. */
@Path("groups/{group}/activities")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class ActivitiesResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @PathParam("group")
    UUID group;

    @Context
    SecurityContext security;

    /** Organizers see all, members what was published, others what of that is public in a group that is not hidden. */
    @GET
    public Response list(
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("state") String state,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        var page = Page.of(limit, cursor);
        var since = Parameter.instant("from", from);
        var until = Parameter.instant("to", to);
        var wanted = Parameter.choice("state", state, ActivityState.class);
        var access = access(Caller.of(security).map(Caller::user)).seeing();
        var filter = new Activities.Filter(since, until, wanted, access.organizer(), access.member());
        var activities = new Activities(pool).list(group, filter, page.after(Activities.Key::parse), page.fetch());
        return page.answer(
                activities,
                Activity::json,
                activity -> Activities.Key.of(activity).toString(),
                uri);
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response create(Input input, @QueryParam("strict") String strict, @Context UriInfo uri) {
        var exact = Parameter.flag("strict", strict);
        var access = locked().active();
        var plan = Activity.Plan.of(input, access.group().settings().zone());
        refuseGap(plan, exact);
        return created(new Activities(pool).create(group, plan), uri);
    }

    private Response created(Activity activity, UriInfo uri) {
        audit("activity.created", activity.id());
        var location = uri.getBaseUriBuilder()
                .path(ActivitiesResource.class)
                .path(activity.id().toString())
                .build(group);
        return Conditional.tagged(Response.created(location).entity(activity.json()), activity.version());
    }

    /** A public activity is there for everybody, also in a hidden group; one never published for organizers only. */
    @GET
    @Path("{activity}")
    public Response activity(@PathParam("activity") UUID id, @Context HttpHeaders headers) {
        var access = access(Caller.of(security).map(Caller::user));
        var activity = new Activities(pool).find(group, id);
        var shown = activity.filter(any -> any.announced() || access.organizer());
        if (shown.filter(any -> any.plan().visibility() == Audience.PUBLIC).isEmpty()) {
            access.seeing();
        }
        var found = shown.orElseThrow(ActivitiesResource::noActivity);
        if (found.plan().visibility() == Audience.GROUP) {
            access.belonging();
        }
        return Conditional.get(headers, found.version(), found.json());
    }

    /** Changes it: an occurrence of a series by itself, or with those that follow. */
    @PATCH
    @Path("{activity}")
    @Consumes({MediaType.APPLICATION_JSON, Input.MERGE_PATCH})
    @Transactional
    public Response change(
            @PathParam("activity") UUID id,
            @QueryParam("scope") String scope,
            @QueryParam("strict") String strict,
            @Context HttpHeaders headers,
            Input patch) {
        var exact = Parameter.flag("strict", strict);
        var wanted = Parameter.choice("scope", scope, Scope.class).orElse(Scope.THIS);
        var zone = locked().active().group().settings().zone();
        return answer(
                wanted == Scope.THIS
                        ? changeThis(id, headers, patch, zone, exact)
                        : changeFollowing(id, headers, patch, zone, exact));
    }

    private Activity changeThis(UUID id, HttpHeaders headers, Input patch, ZoneId zone, boolean exact) {
        var activities = new Activities(pool);
        var activity = activities.lock(group, id).orElseThrow(ActivitiesResource::noActivity);
        var plan = patched(activity, headers, patch, zone, exact);
        activity.refuseFewerThanTaken(plan);
        var changed = activities.change(activity, plan).orElseThrow(() -> Conditional.mismatch(activity.version()));
        audit("activity.changed", id);
        plan.freesSeatsOf(activity.plan()).ifPresent(cause -> new Queue(pool).admit(group, id, cause));
        if (plan.movedFrom(activity.plan())) {
            tell("activity.moved", id);
        }
        return changed;
    }

    private Activity changeFollowing(UUID id, HttpHeaders headers, Input patch, ZoneId zone, boolean exact) {
        var activities = new Activities(pool);
        // Which series it is of changes only while the group is locked.
        var series = activities
                .find(group, id)
                .orElseThrow(ActivitiesResource::noActivity)
                .occurrence()
                .flatMap(occurrence -> new SeriesStore(pool).lock(group, occurrence.series()))
                .orElseThrow(SeriesChange::noOccurrence);
        var made = new Occurrences(pool).lock(group, series.id());
        var activity = made.stream()
                .filter(any -> any.id().equals(id))
                .findFirst()
                .orElseThrow(ActivitiesResource::noActivity);
        var plan = patched(activity, headers, patch, zone, exact);
        new SeriesChange(pool, group, Caller.required(security).user())
                .changeFollowing(series, made, activity, plan, patch, zone);
        audit("series.changed", id);
        return activities.find(group, id).orElseThrow();
    }

    private static Activity.Plan patched(
            Activity activity, HttpHeaders headers, Input patch, ZoneId zone, boolean exact) {
        activity.refuseCancelled();
        Conditional.require(headers, activity.version());
        var plan = Activity.Plan.of(patch.patching(activity.plan().json()), zone);
        refuseGap(plan, exact);
        return plan;
    }

    /** A draft with the same plan, at {@code startsLocal} if there is one; without sign-ups, and of no series. */
    @POST
    @Path("{activity}/duplicate")
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response duplicate(@PathParam("activity") UUID id, @BodyOptional Input input, @Context UriInfo uri) {
        locked().active();
        var original = new Activities(pool).find(group, id).orElseThrow(ActivitiesResource::noActivity);
        var startsLocal = original.plan().schedule().startsLocal();
        if (input != null) {
            startsLocal = input.optionalLocalTime("startsLocal").orElse(startsLocal);
            input.done();
        }
        return created(new Activities(pool).create(group, original.plan().startingAt(startsLocal)), uri);
    }

    /** Publishes a draft; nothing happens if it is published. */
    @POST
    @Path("{activity}/publish")
    @Transactional
    @Idempotent
    public Response publish(@PathParam("activity") UUID id) {
        locked().active();
        var activities = new Activities(pool);
        var activity = activities.lock(group, id).orElseThrow(ActivitiesResource::noActivity);
        activity.refuseCancelled();
        var published = activities.publish(group, id);
        published.ifPresent(any -> audit("activity.published", id));
        return answer(published.orElse(activity));
    }

    /** Cancels for good; in an archived group too, so that nobody waits at the door. */
    @POST
    @Path("{activity}/cancel")
    @Transactional
    @Idempotent
    public Response cancel(@PathParam("activity") UUID id) {
        locked();
        var activities = new Activities(pool);
        activities.lock(group, id).orElseThrow(ActivitiesResource::noActivity);
        var cancelled = activities.cancel(group, id).orElseThrow(ActivitiesResource::alreadyCancelled);
        audit("activity.cancelled", id);
        tell("activity.cancelled", id);
        return answer(cancelled);
    }

    /** What a change is for. */
    enum Scope {
        THIS,
        /** This occurrence of a series and those that follow. */
        FOLLOWING
    }

    /** The group, locked, with a caller who may organise in it. */
    private GroupAccess locked() {
        var caller = Caller.required(security);
        new Groups(pool).lock(group);
        return access(Optional.of(caller.user())).organizing();
    }

    private GroupAccess access(Optional<UUID> user) {
        return new Groups(pool).access(group, user).orElseThrow(() -> Problem.notFound("group"));
    }

    private void audit(String action, UUID activity) {
        new Audit(pool).ofActivity(group, Caller.required(security).user(), action, activity);
    }

    private void tell(String kind, UUID activity) {
        new Notifications(pool)
                .tellParticipants(
                        group, activity, kind, Caller.required(security).user());
    }

    private static Response answer(Activity activity) {
        return Conditional.tagged(Response.ok(activity.json()), activity.version());
    }

    private static void refuseGap(Activity.Plan plan, boolean strict) {
        if (strict && plan.schedule().adjusted()) {
            var zone = plan.schedule().zone();
            throw Problem.invalid(
                    ProblemType.LOCAL_TIME_GAP,
                    List.of(new Invalid("#/startsLocal", "is skipped by the clocks of " + zone + " on that day")));
        }
    }

    private static Problem alreadyCancelled() {
        return Problem.of(ProblemType.ALREADY_CANCELLED, "A cancelled activity stays as it is.");
    }

    private static Problem noActivity() {
        return Problem.notFound("activity");
    }
}
