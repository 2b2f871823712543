package org.muster.signups;

import static org.muster.json.Provider.JSON;
import static org.muster.signups.SignUpRules.MAX_GUESTS;
import static org.muster.signups.SignUpRules.guests;
import static org.muster.signups.SignUpRules.open;
import static org.muster.signups.SignUpRules.requireAllowedGuests;
import static org.muster.signups.SignUpRules.requireNotCancelled;
import static org.muster.signups.SignUpRules.requireSigned;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.activities.ActivityAccess;
import org.muster.activities.ActivityState;
import org.muster.database.Database;
import org.muster.groups.Groups;
import org.muster.history.Audit;
import org.muster.history.Notifications;
import org.muster.http.ConsistentReads;
import org.muster.http.CsvTable;
import org.muster.http.DownloadFile;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.PageRequest;
import org.muster.http.QueryParameters;
import org.muster.limits.ConcurrencyLimits;
import org.muster.limits.NodeRateLimit;
import org.muster.limits.NodeRateLimits;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.queue.Move;
import org.muster.queue.Moves;
import org.muster.queue.Queue;
import org.muster.queue.Queue.Outcome;
import org.muster.queue.SignUp;
import org.muster.users.Caller;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** The sign-ups for activities, and what organizers do with them. */
@Path("groups/{group}/activities")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class SignUpsResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    ConcurrencyLimits limits;

    @Inject
    NodeRateLimits rates;

    @Context
    SecurityContext security;

    private Activities activities;
    private Audit audit;
    private Groups groups;
    private Moves moves;
    private Notifications notifications;
    private Queue queue;
    private SignUps signUps;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        activities = new Activities(sql);
        audit = new Audit(sql);
        groups = new Groups(sql);
        moves = new Moves(sql);
        notifications = new Notifications(sql);
        queue = new Queue(sql);
        signUps = new SignUps(sql);
    }

    /** The current seats, visible to whoever can see the activity. They change without the activity's version. */
    @GET
    @Path("{activity}/availability")
    @DeferredAuthentication
    public JsonObject availability(@PathParam("group") UUID group, @PathParam("activity") UUID id) {
        var access = activities.access(group, id, Requester.of(security));
        var activity = access.requireVisible();
        var seats = activity.seats();
        return JSON.createObjectBuilder()
                .add("capacity", number(seats.capacity()))
                .add("seatsTaken", seats.taken())
                .add("seatsFree", number(seats.free()))
                .add("waiting", seats.waiting())
                .add("open", open(access, activity))
                .build();
    }

    /** The confirmed and waiting sign-ups, by their number in the queue. Organizers can also list cancelled ones. */
    @GET
    @Path("{activity}/signups")
    @DeferredAuthentication
    public Response list(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @QueryParam("state") String state,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        var page = PageRequest.of(limit, cursor);
        var wanted = QueryParameters.choice("state", state, SignUp.State.class);
        listing(group, id, wanted);
        var participants =
                signUps.list(group, id, wanted, wanted.isPresent(), page.after(Long::valueOf), page.fetchSize());
        return page.response(
                participants,
                SignUps.Participant::json,
                any -> String.valueOf(any.signUp().number()),
                uri);
    }

    /** All of the same list, as a table. */
    @GET
    @Path("{activity}/signups")
    @Produces(CsvTable.MEDIA_TYPE)
    @DeferredAuthentication
    @Transactional
    public Response table(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @QueryParam("state") String state,
            @Context HttpServletRequest request) {
        var wanted = QueryParameters.choice("state", state, SignUp.State.class);
        var access = listing(group, id, wanted);
        DownloadFile.takePlace(limits, request, Caller.required(security).user());
        var name = access.group().group().settings().slug() + "-"
                + access.requireVisible().plan().schedule().startsOn() + "-signups.csv";
        return CsvTable.response(
                request,
                name,
                SignUps.Participant.COLUMNS,
                rows -> signUps.each(
                        group, id, wanted, wanted.isPresent(), participant -> rows.accept(participant.json())));
    }

    /** Requires a caller who may list the sign-ups in this state. */
    private ActivityAccess listing(UUID group, UUID id, Optional<SignUp.State> state) {
        var activity = activities.access(group, id, Requester.of(security));
        var access = activity.group().requireMember();
        activity.requireVisible();
        if (state.equals(Optional.of(SignUp.State.CANCELLED)) && !access.organizer()) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only organizers and owners may list cancelled sign-ups.");
        }
        return activity;
    }

    /** Signs a member up, for organizers; also outside the sign-up window. */
    @PUT
    @Path("{activity}/signups/{user}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    public Response signUp(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @PathParam("user") UUID user,
            @Context HttpServletRequest client,
            JsonInput input) {
        var caller = Caller.required(security);
        rates.use(NodeRateLimit.SIGN_UPS_OF_OTHERS, caller.user(), client);
        var guests = guests(input);
        input.done();
        var activity = organizing(group, id, caller);
        requireNotCancelled(activity);
        if (activity.state() == ActivityState.DRAFT) {
            throw Problem.of(ProblemType.SIGNUP_WINDOW_CLOSED, "Publish the activity first.");
        }
        var theirs = groups.access(group, user);
        if (!theirs.member()) {
            throw Problem.of(
                    ProblemType.MEMBERSHIP_REQUIRED, "Only members of the group can be signed up by an organizer.");
        }
        requireAllowedGuests(guests, activity);
        var outcome = join(activity, user, guests, caller.user());
        record(activity, caller, "signup.set", user, "");
        return Response.status(outcome.isNew() ? Response.Status.CREATED : Response.Status.OK)
                .entity(outcome.signUp().json(queue.position(activity.queue(), outcome)))
                .build();
    }

    /** Records the attendance ({@code attendance}) or changes the number of guests ({@code guests}), for organizers. */
    @PATCH
    @Path("{activity}/signups/{user}")
    @Consumes({MediaType.APPLICATION_JSON, JsonInput.MERGE_PATCH})
    @Transactional
    public JsonObject change(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @PathParam("user") UUID user,
            @Context HttpServletRequest client,
            JsonInput input) {
        var caller = Caller.required(security);
        var attendance = input.optionalChoice("attendance", SignUp.Attendance.class);
        var guests = input.optionalNumber("guests", 0, MAX_GUESTS);
        input.done();
        var activity = organizing(group, id, caller);
        requireNotCancelled(activity);
        var signUp = active(group, id, user);
        guests.ifPresent(number -> {
            rates.use(NodeRateLimit.SIGN_UPS_OF_OTHERS, caller.user(), client);
            requireAllowedGuests(number, activity);
            join(activity, user, number, caller.user());
            record(activity, caller, "signup.set", user, "");
        });
        attendance.ifPresent(any -> queue.attend(group, id, user, any));
        return json(activity, queue.find(group, id, user).orElse(signUp));
    }

    /** Cancels a sign-up, for organizers, with an optional reason; also in an archived group. */
    @DELETE
    @Path("{activity}/signups/{user}")
    @Transactional
    public void remove(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @PathParam("user") UUID user,
            @Context HttpServletRequest client,
            @QueryParam("reason") String reason) {
        var caller = Caller.required(security);
        rates.use(NodeRateLimit.SIGN_UPS_OF_OTHERS, caller.user(), client);
        var why = QueryParameters.line("reason", reason, 500);
        var locked = activities.lockForSignUp(group, id);
        groups.access(group, caller.user()).requireOrganizer();
        var activity = locked.orElseThrow(SignUpsResource::noActivity);
        requireNotCancelled(activity);
        queue.leave(activity.queue(), active(group, id, user), caller.user(), why);
        record(activity, caller, "signup.removed", user, why);
    }

    /** Confirms a waiting sign-up out of turn, for organizers, with a reason. */
    @POST
    @Path("{activity}/signups/{user}/promote")
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public JsonObject promote(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @PathParam("user") UUID user,
            @Context HttpServletRequest client,
            JsonInput input) {
        var caller = Caller.required(security);
        rates.use(NodeRateLimit.SIGN_UPS_OF_OTHERS, caller.user(), client);
        var reason = input.line("reason", 1, 500);
        input.done();
        var activity = organizing(group, id, caller);
        requireNotCancelled(activity);
        var signUp = active(group, id, user);
        if (signUp.state() == SignUp.State.CONFIRMED) {
            return json(activity, signUp);
        }
        var promoted = requireSigned(queue.promote(activity.queue(), signUp, caller.user(), reason));
        record(activity, caller, "signup.promoted", user, reason);
        return json(activity, promoted.signUp());
    }

    /** The history of the queue. Organizers see all changes, others their own and admissions from the queue. */
    @GET
    @Path("{activity}/waitlist/log")
    @DeferredAuthentication
    public Response log(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        var requester = Requester.required(security);
        var page = PageRequest.of(limit, cursor);
        var activity = activities.access(group, id, requester);
        activity.requireVisible();
        var caller = Caller.required(security);
        var access = activity.group();
        if (!access.organizer() && activity.own().isEmpty()) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only organizers and those who signed up may see the queue's log.");
        }
        var log = moves.list(group, id, access.organizer(), caller.user(), page.after(Long::valueOf), page.fetchSize());
        return page.response(log, Move::json, move -> String.valueOf(move.number()), uri);
    }

    /**
     * Locks the activity, and requires an organizer. Only organizers learn whether the activity exists: it may be a
     * draft.
     */
    private Activity organizing(UUID group, UUID id, Caller caller) {
        var locked = activities.lockForSignUp(group, id);
        groups.access(group, caller.user()).requireOrganizer().requireActive();
        return locked.orElseThrow(SignUpsResource::noActivity);
    }

    private Outcome.Signed join(Activity activity, UUID user, int guests, UUID by) {
        return requireSigned(queue.join(activity.queue(), user, guests + 1, by));
    }

    private SignUp active(UUID group, UUID id, UUID user) {
        return queue.find(group, id, user).filter(SignUp::active).orElseThrow(() -> Problem.notFound("sign-up"));
    }

    private void record(Activity activity, Caller caller, String action, UUID user, String reason) {
        audit.record(activity.group(), caller.user(), action, user, activity.id(), reason);
        if (!user.equals(caller.user())) {
            notifications.send(user, action, activity.group(), activity.id(), reason);
        }
    }

    private JsonObject json(Activity activity, SignUp signUp) {
        return signUp.json(queue.position(activity.group(), activity.id(), signUp));
    }

    private static JsonValue number(Optional<Integer> number) {
        return number.<JsonValue>map(JSON::createValue).orElse(JsonValue.NULL);
    }

    private static Problem noActivity() {
        return Problem.notFound("activity");
    }
}
