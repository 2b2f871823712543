package org.muster.transfer;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.muster.activities.Activity;
import org.muster.activities.ActivityState;
import org.muster.activities.Series;
import org.muster.activities.SeriesState;
import org.muster.groups.Group;
import org.muster.groups.MemberState;
import org.muster.groups.Role;
import org.muster.history.Audit;
import org.muster.queue.Move;
import org.muster.queue.SignUp;

/**
 * An exported group, validated: all references are to its own parts, no activity has more confirmed seats than its capacity, and nobody
 * waits for more than that and keeps others out.
 *
 * @param tallies by the activity's id; only activities with sign-ups have one
 */
record GroupDocument(
        Group group,
        List<Person> people,
        List<ImportedSeries> series,
        List<ImportedActivity> activities,
        Map<UUID, Tally> tallies,
        List<ImportedSignUp> signUps,
        List<ImportedMove> moves,
        List<Audit.Entry> audit) {
    static final String FORMAT = "muster-group";
    static final int VERSION = 1;
    /** The maximum size of its JSON, in MiB. */
    static final int MAX_MEBIBYTES = 32;

    GroupDocument(
            Group group,
            List<Person> people,
            List<ImportedSeries> series,
            List<ImportedActivity> activities,
            List<ImportedSignUp> signUps,
            List<ImportedMove> moves,
            List<Audit.Entry> audit) {
        this(group, people, series, activities, Tally.of(signUps, moves), signUps, moves, audit);
    }

    /**
     * A person that the group refers to.
     *
     * @param membership absent if the person is no member now
     */
    record Person(UUID id, String displayName, Optional<Membership> membership) {}

    /** A membership of the group. */
    record Membership(Role role, MemberState state, Instant since) {}

    /**
     * A series.
     *
     * @param madeThrough the occurrences up to this day exist, unless they were deleted
     */
    record ImportedSeries(
            UUID id,
            Series.Template template,
            SeriesState state,
            LocalDate madeThrough,
            int version,
            Instant createdAt,
            Instant updatedAt) {}

    /**
     * An activity.
     *
     * @param occurrence absent if it belongs to no series
     * @param publishedAt absent if it was never published
     */
    record ImportedActivity(
            UUID id,
            Activity.Plan plan,
            Optional<Activity.Occurrence> occurrence,
            ActivityState state,
            int version,
            int sequence,
            Optional<Instant> publishedAt,
            Instant createdAt,
            Instant updatedAt) {}

    /** The ids of activities with waiting sign-ups. */
    List<UUID> queues() {
        return tallies.entrySet().stream()
                .filter(activity -> activity.getValue().waiting > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A sign-up for an activity. */
    record ImportedSignUp(UUID activity, SignUp signUp) {}

    /** A change of a sign-up for an activity. */
    record ImportedMove(UUID activity, Move move) {}

    /** The totals of an activity's sign-ups. */
    static final class Tally {
        private long seatsTaken;
        private int waiting;
        private long lastNumber;

        private static Map<UUID, Tally> of(List<ImportedSignUp> signUps, List<ImportedMove> moves) {
            var tallies = new HashMap<UUID, Tally>();
            signUps.forEach(signed ->
                    tallies.computeIfAbsent(signed.activity, id -> new Tally()).add(signed.signUp));
            moves.forEach(moved ->
                    tallies.computeIfAbsent(moved.activity, id -> new Tally()).number(moved.move.place()));
            return tallies;
        }

        long seatsTaken() {
            return seatsTaken;
        }

        int waiting() {
            return waiting;
        }

        /** The last number that its queue assigned. */
        long lastNumber() {
            return lastNumber;
        }

        private void add(SignUp signUp) {
            switch (signUp.state()) {
                case CONFIRMED -> seatsTaken += signUp.seats();
                case WAITING -> waiting++;
                default -> {}
            }
            number(signUp.number());
        }

        private void number(long assigned) {
            lastNumber = Math.max(lastNumber, assigned);
        }
    }
}
