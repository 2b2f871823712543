package org.muster.activities;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.muster.history.Notifications;
import org.muster.http.ConditionalRequests;
import org.muster.queue.Queue;

/** A change of one activity by an organizer. The group and the activity must be locked. */
record ActivityChange(Activities activities, Queue queue, Notifications notifications) {

    /**
     * Changes the activity, admits whoever the change frees a seat for, and notifies participants. What is over and remains so concerns
     * nobody.
     *
     * @throws org.muster.problems.Problem 409 if more seats are taken, or wanted by somebody who waits, than the plan has
     */
    Activity apply(Activity activity, Activity.Plan plan, UUID actor) {
        var now = Instant.now();
        var group = activity.group();
        var id = List.of(activity.id());
        plan.newCapacity().ifPresent(capacity -> capacity.requireEnough(queue, group, List.of(activity)));
        if (activity.putOffBy(plan.schedule(), now)) {
            queue.cancelLost(group, id, actor);
        }
        var changed =
                activities.change(activity, plan).orElseThrow(() -> ConditionalRequests.mismatch(activity.version()));
        plan.freesSeatsOf(activity.plan()).ifPresent(cause -> queue.admit(group, id, cause));
        if (!activity.staysOver(plan.schedule(), now)) {
            if (plan.movedFrom(activity.plan())) {
                notifications.sendToParticipants(group, id, "activity.moved", actor);
            }
            if (plan.hidesWhat(activity.plan())) {
                notifications.sendToStrangers(group, id, "activity.members-only");
            }
        }
        return changed;
    }
}
