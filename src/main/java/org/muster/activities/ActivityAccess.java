package org.muster.activities;

import java.time.Instant;
import java.util.Optional;
import org.muster.groups.GroupAccess;
import org.muster.problems.Problem;
import org.muster.queue.SignUp;

/**
 * What an activity allows whoever makes a request. What is not allowed is answered 404 where group or activity must stay hidden, else
 * 403.
 *
 * @param group what its group allows
 * @param activity absent if there is none
 * @param own the requester's sign-up, also a cancelled one; absent if there is none
 * @param ownPosition their place in the queue, counted from 1; absent unless they wait
 */
public record ActivityAccess(
        GroupAccess group, Optional<Activity> activity, Optional<SignUp> own, Optional<Integer> ownPosition) {

    /**
     * The activity, which the requester may see: a public one in a hidden group too, one that was never published only as an organizer,
     * one that is not public any more with a place in it.
     *
     * @throws Problem unless there is such an activity
     */
    public Activity requireVisible() {
        var visible = activity.filter(any -> any.announced() || group.organizer())
                .orElseThrow(() -> {
                    group.requireVisible();
                    return Problem.notFound("activity");
                });
        if (visible.plan().visibility() == Audience.GROUP && !keepsPlace(visible)) {
            group.requireMember();
        }
        return visible;
    }

    /** Whether the requester signed up while it was public: they may see what they can still give back. */
    private boolean keepsPlace(Activity activity) {
        return own.filter(SignUp::active).isPresent()
                && !group.banned()
                && Instant.now().isBefore(activity.startsAt());
    }
}
