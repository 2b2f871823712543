package org.muster.signups;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.muster.activities.Activity;
import org.muster.activities.ActivityAccess;
import org.muster.activities.ActivityState;
import org.muster.activities.Audience;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.queue.Queue.Outcome;
import org.muster.queue.SignUp;

/** When somebody can be signed up for an activity, and with how many guests. */
final class SignUpRules {
    static final int MAX_GUESTS = 20;

    private SignUpRules() {}

    /** Why signing up is not possible now; empty if it is possible. */
    static Optional<String> closed(Activity activity) {
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
                    + Times.at(
                            plan.signupOpensAt().get(), plan.schedule().zone().rules()) + ".");
        }
        return plan.signupClosesAt()
                .filter(end -> !now.isBefore(end))
                .map(end -> "Sign-up closed at "
                        + Times.at(end, plan.schedule().zone().rules()) + ".");
    }

    /**
     * Whether signing up, alone, succeeds for whoever makes the request; of somebody who is not signed in, whether it would.
     *
     * @param access to an activity that they may see
     */
    static boolean open(ActivityAccess access, Activity activity) {
        return access.group().group().active()
                && !access.group().banned()
                && (activity.plan().visibility() == Audience.PUBLIC
                        || access.group().member())
                && closed(activity).isEmpty()
                && (access.own().filter(SignUp::active).isPresent()
                        || activity.queue().admits(1));
    }

    /** @throws Problem 409 if the activity is cancelled */
    static void requireNotCancelled(Activity activity) {
        if (activity.state() == ActivityState.CANCELLED) {
            throw Problem.of(ProblemType.ALREADY_CANCELLED, "The activity is cancelled.");
        }
    }

    /** The number of guests in a request, 0 if it names none. */
    static int guests(JsonInput input) {
        return input.optionalNumber("guests", 0, MAX_GUESTS).orElse(0);
    }

    /** @throws Problem 422 if the activity does not allow so many guests */
    static void requireAllowedGuests(int guests, Activity activity) {
        var allowed = activity.plan().guestsAllowed();
        if (guests > allowed) {
            throw Problem.invalid(
                    ProblemType.VALIDATION, List.of(new Invalid("#/guests", "must be at most " + allowed + " here")));
        }
    }

    /** @throws Problem 409 if there are not enough free seats */
    static Outcome.Signed requireSigned(Outcome outcome) {
        if (outcome instanceof Outcome.Signed signed) {
            return signed;
        }
        throw Problem.of(ProblemType.ACTIVITY_FULL, "There are not enough free seats. Nothing was changed.");
    }
}
