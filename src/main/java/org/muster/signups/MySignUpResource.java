package org.muster.signups;

import static org.muster.signups.SignUpRules.closed;
import static org.muster.signups.SignUpRules.guests;
import static org.muster.signups.SignUpRules.requireAllowedGuests;
import static org.muster.signups.SignUpRules.requireNotCancelled;
import static org.muster.signups.SignUpRules.requireSigned;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.activities.Audience;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.JsonInput;
import org.muster.limits.NodeRateLimit;
import org.muster.limits.NodeRateLimits;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.queue.Queue;
import org.muster.queue.SignUp;
import org.muster.users.Caller;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** The caller's own sign-up for an activity. */
@Path("groups/{group}/activities/{activity}/signups/me")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class MySignUpResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    NodeRateLimits rates;

    @Context
    SecurityContext security;

    private Activities activities;
    private Queue queue;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        activities = new Activities(sql);
        queue = new Queue(sql);
    }

    /** The caller's own sign-up, even if it is cancelled. */
    @GET
    @DeferredAuthentication
    public JsonObject own(@PathParam("group") UUID group, @PathParam("activity") UUID id) {
        var access = activities.access(group, id, Requester.required(security));
        access.requireVisible();
        return access.own().orElseThrow(() -> Problem.notFound("sign-up")).json(access.ownPosition());
    }

    /** Signs the caller up, or changes the number of guests. Returns 201, or 200 if the caller was signed up. */
    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @DeferredAuthentication
    public Response signUp(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @Context HttpServletRequest client,
            JsonInput input) {
        var requester = Requester.required(security);
        var guests = guests(input);
        input.done();
        if (!activities.lockForSignUp(group, id, requester)) {
            activities.access(group, id, requester).requireVisible();
            throw Problem.notFound("activity");
        }
        var locked = activities.access(group, id, requester);
        var user = Caller.required(security).user();
        rates.use(NodeRateLimit.SIGN_UPS, user, client);
        var access = locked.group();
        var activity = locked.requireVisible();
        if (activity.plan().visibility() == Audience.GROUP) {
            access.requireMember();
        }
        if (access.banned()) {
            throw Problem.of(ProblemType.BANNED, "You are banned from this group.");
        }
        access.requireActive();
        requireNotCancelled(activity);
        closed(activity).ifPresent(why -> {
            throw Problem.of(ProblemType.SIGNUP_WINDOW_CLOSED, why);
        });
        requireAllowedGuests(guests, activity);
        var outcome = requireSigned(queue.join(activity.queue(), locked.own(), user, guests + 1, user));
        // Under the lock nobody else changes the position.
        var unchanged = locked.own().equals(Optional.of(outcome.signUp()));
        var position = unchanged ? locked.ownPosition() : queue.position(activity.queue(), outcome);
        return Response.status(outcome.isNew() ? Response.Status.CREATED : Response.Status.OK)
                .entity(outcome.signUp().json(position))
                .build();
    }

    /** Cancels the caller's sign-up; does nothing if there is none. */
    @DELETE
    @Transactional
    public void leave(
            @PathParam("group") UUID group, @PathParam("activity") UUID id, @Context HttpServletRequest client) {
        var caller = Caller.required(security);
        rates.use(NodeRateLimit.SIGN_UPS, caller.user(), client);
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

    /** @throws Problem 409 if the activity has begun or is cancelled */
    private static void requireNotEnded(Activity activity) {
        requireNotCancelled(activity);
        if (!Instant.now().isBefore(activity.startsAt())) {
            throw Problem.of(ProblemType.SIGNUP_WINDOW_CLOSED, "The activity has begun. An organizer can remove you.");
        }
    }
}
