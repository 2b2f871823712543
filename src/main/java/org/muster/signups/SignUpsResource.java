package org.muster.signups;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.activities.ActivityState;
import org.muster.database.Database;
import org.muster.groups.Groups;
import org.muster.groups.MemberState;
import org.muster.history.Audit;
import org.muster.history.Notifications;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.PageRequest;
import org.muster.http.QueryParameters;
import org.muster.http.Times;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.queue.Move;
import org.muster.queue.Queue;
import org.muster.queue.Queue.Outcome;
import org.muster.queue.SignUp;
import org.muster.users.Caller;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** Sign-ups for activities: the caller's own and, for organizers, those of others. */
@Path("groups/{group}/activities")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class SignUpsResource {
    private static final int MAX_GUESTS = 20;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Context
    SecurityContext security;

    private Activities activities;
    private Audit audit;
    private Groups groups;
    private Notifications notifications;
    private Queue queue;
    private SignUps signUps;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        activities = new Activities(sql);
        audit = new Audit(sql);
        groups = new Groups(sql);
        notifications = new Notifications(sql);
        queue = new Queue(sql);
        signUps = new SignUps(sql);
    }

    /** The current seats, visible to whoever can see the activity. They change without the activity's version. */
    @GET
    @Path("{activity}/availability")
    @DeferredAuthentication
    public JsonObject availability(@PathParam("group") UUID group, @PathParam("activity") UUID id) {
        var activity = activities.access(group, id, Requester.of(security)).requireVisible();
        var seats = activity.seats();
        return JSON.createObjectBuilder()
                .add("capacity", number(seats.capacity()))
                .add("seatsTaken", seats.taken())
                .add("seatsFree", number(seats.free()))
                .add("waiting", seats.waiting())
                .add("open", closed(activity).isEmpty())
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
        var activity = activities.access(group, id, Requester.of(security));
        var access = activity.group().requireMember();
        activity.requireVisible();
        if (wanted.equals(Optional.of(SignUp.State.CANCELLED)) && !access.organizer()) {
            throw Problem.of(ProblemType.FORBIDDEN, "Only organizers and owners may list cancelled sign-ups.");
        }
        var participants =
                signUps.list(group, id, wanted, wanted.isPresent(), page.after(Long::valueOf), page.fetchSize());
        return page.response(
                participants,
                any -> json(any.signUp(), any.position())
                        .add("displayName", any.displayName())
                        .build(),
                any -> String.valueOf(any.signUp().number()),
                uri);
    }

    /** The caller's own sign-up, even if it is cancelled. */
    @GET
    @Path("{activity}/signups/me")
    @DeferredAuthentication
    public JsonObject own(@PathParam("group") UUID group, @PathParam("activity") UUID id) {
        var access = activities.access(group, id, Requester.required(security));
        access.requireVisible();
        return json(access.own().orElseThrow(SignUpsResource::noSignUp), access.ownPosition())
                .build();
    }

    /** Signs the caller up, or changes the number of guests. Returns 201, or 200 if the caller was signed up. */
    @PUT
    @Path("{activity}/signups/me")
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @DeferredAuthentication
    public Response signUp(@PathParam("group") UUID group, @PathParam("activity") UUID id, JsonInput input) {
        var requester = Requester.required(security);
        var guests = guests(input);
        input.done();
        if (!activities.lockForSignUp(group, id, requester)) {
            activities.access(group, id, requester).requireVisible();
            throw noActivity();
        }
        var locked = activities.access(group, id, requester);
        var user = Caller.required(security).user();
        var access = locked.group();
        var activity = locked.requireVisible();
        if (access.state().equals(Optional.of(MemberState.BANNED))) {
            throw Problem.of(ProblemType.BANNED, "You are banned from this group.");
        }
        access.requireActive();
        requireNotCancelled(activity);
        closed(activity).ifPresent(why -> {
            throw Problem.of(ProblemType.SIGNUP_WINDOW_CLOSED, why);
        });
        requireAllowedGuests(guests, activity);
        var outcome = signed(queue.join(activity.queue(), locked.own(), user, guests + 1, user));
        if (locked.own().equals(Optional.of(outcome.signUp()))) {
            // Nothing was changed, and under the lock nobody else changes the position.
            return Response.ok(json(outcome.signUp(), locked.ownPosition()).build())
                    .build();
        }
        return response(outcome, activity);
    }

    /** Cancels the caller's sign-up; does nothing if there is none. */
    @DELETE
    @Path("{activity}/signups/me")
    @Transactional
    public void leave(@PathParam("group") UUID group, @PathParam("activity") UUID id) {
        var caller = Caller.required(security);
        var locked = activities.lockForSignUp(group, id);
        var own = queue.find(group, id, caller.user());
        if (own.isEmpty()) {
            activities.access(group, id, Requester.of(security)).requireVisible();
        }
        own.filter(SignUp::active).ifPresent(signUp -> {
            var activity = locked.orElseThrow();
            requireNotEnded(activity);
            queue.leave(activity.queue(), signUp, caller.user(), "");
        });
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
            JsonInput input) {
        var caller = Caller.required(security);
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
        return response(outcome, activity);
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
            JsonInput input) {
        var caller = Caller.required(security);
        var attendance = input.optionalChoice("attendance", SignUp.Attendance.class);
        var guests = input.optionalNumber("guests", 0, MAX_GUESTS);
        input.done();
        var activity = organizing(group, id, caller);
        requireNotCancelled(activity);
        var signUp = active(group, id, user);
        guests.ifPresent(number -> {
            requireAllowedGuests(number, activity);
            join(activity, user, number, caller.user());
            record(activity, caller, "signup.set", user, "");
        });
        attendance.ifPresent(any -> queue.attend(group, id, user, any));
        return response(group, id, queue.find(group, id, user).orElse(signUp));
    }

    /** Cancels a sign-up, for organizers, with an optional reason; also in an archived group. */
    @DELETE
    @Path("{activity}/signups/{user}")
    @Transactional
    public void remove(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @PathParam("user") UUID user,
            @QueryParam("reason") String reason) {
        var caller = Caller.required(security);
        var why = reason(reason);
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
            JsonInput input) {
        var caller = Caller.required(security);
        var reason = input.line("reason", 1, 500);
        input.done();
        var activity = organizing(group, id, caller);
        requireNotCancelled(activity);
        var signUp = active(group, id, user);
        if (signUp.state() == SignUp.State.CONFIRMED) {
            return response(group, id, signUp);
        }
        var promoted = signed(queue.promote(activity.queue(), signUp, caller.user(), reason));
        record(activity, caller, "signup.promoted", user, reason);
        return response(group, id, promoted.signUp());
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
        var moves =
                queue.log(group, id, access.organizer(), caller.user(), page.after(Long::valueOf), page.fetchSize());
        return page.response(moves, SignUpsResource::json, move -> String.valueOf(move.number()), uri);
    }

    private static int guests(JsonInput input) {
        return input.optionalNumber("guests", 0, MAX_GUESTS).orElse(0);
    }

    private static void requireAllowedGuests(int guests, Activity activity) {
        var allowed = activity.plan().guestsAllowed();
        if (guests > allowed) {
            throw Problem.invalid(
                    ProblemType.VALIDATION, List.of(new Invalid("#/guests", "must be at most " + allowed + " here")));
        }
    }

    private static String reason(String text) {
        var reason = text == null ? "" : text.strip();
        if (reason.length() > 500 || reason.chars().anyMatch(Character::isISOControl)) {
            throw Problem.of(ProblemType.INVALID_PARAMETER, "reason must be one line of at most 500 characters.");
        }
        return reason;
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
        return signed(queue.join(activity.queue(), user, guests + 1, by));
    }

    private static Outcome.Signed signed(Outcome outcome) {
        if (outcome instanceof Outcome.Signed signed) {
            return signed;
        }
        throw Problem.of(ProblemType.ACTIVITY_FULL, "There are not enough free seats. Nothing was changed.");
    }

    private SignUp active(UUID group, UUID id, UUID user) {
        return queue.find(group, id, user).filter(SignUp::active).orElseThrow(SignUpsResource::noSignUp);
    }

    private void record(Activity activity, Caller caller, String action, UUID user, String reason) {
        audit.record(activity.group(), caller.user(), action, user, activity.id(), reason);
        if (!user.equals(caller.user())) {
            notifications.send(user, action, activity.group(), activity.id(), reason);
        }
    }

    /** Why signing up is not possible now; empty if it is possible. */
    private static Optional<String> closed(Activity activity) {
        var now = Instant.now();
        var plan = activity.plan();
        if (activity.state() != ActivityState.PUBLISHED) {
            return Optional.of("The activity is not published, or is cancelled.");
        }
        if (!now.isBefore(activity.startsAt())) {
            return Optional.of("The activity has begun.");
        }
        if (plan.signupOpensAt().filter(now::isBefore).isPresent()) {
            return Optional.of("Sign-up opens at "
                    + Times.at(plan.signupOpensAt().get(), plan.schedule().zone()) + ".");
        }
        return plan.signupClosesAt()
                .filter(end -> !now.isBefore(end))
                .map(end -> "Sign-up closed at " + Times.at(end, plan.schedule().zone()) + ".");
    }

    /** @throws Problem 409 if the activity has begun or is cancelled */
    private static void requireNotEnded(Activity activity) {
        requireNotCancelled(activity);
        if (!Instant.now().isBefore(activity.startsAt())) {
            throw Problem.of(ProblemType.SIGNUP_WINDOW_CLOSED, "The activity has begun. An organizer can remove you.");
        }
    }

    private static void requireNotCancelled(Activity activity) {
        if (activity.state() == ActivityState.CANCELLED) {
            throw Problem.of(ProblemType.ALREADY_CANCELLED, "The activity is cancelled.");
        }
    }

    private Response response(Outcome.Signed outcome, Activity before) {
        if (!outcome.isNew()) {
            return Response.ok(response(before.group(), before.id(), outcome.signUp()))
                    .build();
        }
        var last = before.seats().waiting() + 1;
        var position = Optional.of(last).filter(any -> outcome.signUp().state() == SignUp.State.WAITING);
        return Response.status(Response.Status.CREATED)
                .entity(json(outcome.signUp(), position).build())
                .build();
    }

    private JsonObject response(UUID group, UUID id, SignUp signUp) {
        var position = Optional.of(signUp)
                .filter(any -> any.state() == SignUp.State.WAITING)
                .map(any -> queue.position(group, id, any));
        return json(signUp, position).build();
    }

    private static JsonObjectBuilder json(SignUp signUp, Optional<Integer> position) {
        return JSON.createObjectBuilder()
                .add("userId", signUp.user().toString())
                .add("state", EnumNames.of(signUp.state()))
                .add("position", number(position))
                .add("seats", signUp.seats())
                .add("guests", signUp.seats() - 1)
                .add("attendance", EnumNames.of(signUp.attendance()))
                .add("madeBy", signUp.madeBy().toString())
                .add("createdAt", Times.utc(signUp.createdAt()))
                .add("updatedAt", Times.utc(signUp.updatedAt()));
    }

    private static JsonObject json(Move move) {
        return JSON.createObjectBuilder()
                .add("userId", move.user().toString())
                .add(
                        "from",
                        move.from()
                                .<JsonValue>map(state -> JSON.createValue(EnumNames.of(state)))
                                .orElse(JsonValue.NULL))
                .add("to", EnumNames.of(move.to()))
                .add("seats", move.seats())
                .add("queueNumber", move.place())
                .add("cause", EnumNames.hyphenated(move.cause()))
                .add("reason", move.reason())
                .add(
                        "madeBy",
                        move.madeBy()
                                .<JsonValue>map(user -> JSON.createValue(user.toString()))
                                .orElse(JsonValue.NULL))
                .add("at", Times.utc(move.at()))
                .build();
    }

    private static JsonValue number(Optional<Integer> number) {
        return number.<JsonValue>map(JSON::createValue).orElse(JsonValue.NULL);
    }

    private static Problem noActivity() {
        return Problem.notFound("activity");
    }

    private static Problem noSignUp() {
        return Problem.notFound("sign-up");
    }
}
