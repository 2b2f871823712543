package org.muster.activities;

import static org.muster.json.Provider.JSON;

import java.util.List;
import java.util.UUID;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.queue.Queue;

/** The number of seats that activities of a group are to have, which must leave enough for who signed up. */
record NewCapacity(int seats) {

    /**
     * Requires that it suffices for these activities, which must be locked.
     *
     * @throws Problem 409 if more seats are taken, or if somebody waits for more: nobody could get in after them
     */
    void requireEnough(Queue queue, UUID group, List<Activity> activities) {
        var taken = activities.stream()
                .mapToInt(activity -> activity.seats().taken())
                .max()
                .orElse(0);
        if (seats < taken) {
            throw Problem.of(
                            ProblemType.CAPACITY_BELOW_TAKEN,
                            taken + " seats are taken. Remove sign-ups first, or keep at least this capacity.")
                    .with("seatsTaken", JSON.createValue(taken));
        }
        var queues = activities.stream()
                .filter(activity -> activity.seats().waiting() > 0 && isLessThanOf(activity))
                .map(Activity::id)
                .toList();
        var wanted = queue.mostWanted(group, queues);
        if (seats < wanted) {
            throw Problem.of(
                            ProblemType.CAPACITY_BELOW_WANTED,
                            "Somebody waits for " + wanted
                                    + " seats, and would keep out all who come later. Remove that sign-up first, or"
                                    + " keep at least this capacity.")
                    .with("seatsWanted", JSON.createValue(wanted));
        }
    }

    private boolean isLessThanOf(Activity activity) {
        return activity.plan().capacity().filter(present -> present <= seats).isEmpty();
    }
}
