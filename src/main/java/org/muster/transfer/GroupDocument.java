package org.muster.transfer;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.muster.activities.Activity;
import org.muster.activities.ActivityState;
import org.muster.activities.Series;
import org.muster.activities.SeriesState;
import org.muster.groups.Group;
import org.muster.groups.MemberState;
import org.muster.groups.Role;
import org.muster.history.Audit;
import org.muster.http.JsonInput;
import org.muster.http.Zone;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.queue.Move;
import org.muster.queue.SignUp;

/**
 * An exported group, validated: all references are to its own parts, and no activity has more confirmed seats than
 * its capacity.
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
            lastNumber = Math.max(lastNumber, signUp.number());
        }
    }

    /** Builds a document from its parts, and validates it. */
    static final class Builder {
        private static final int MAX_SEATS = 21;
        private static final Set<String> LISTS =
                Set.of("members", "others", "activities", "series", "signUps", "moves", "audit");

        private final List<Invalid> invalid = new ArrayList<>();
        private final Map<String, Integer> read = new HashMap<>();
        private final List<Person> people = new ArrayList<>();
        private final Set<UUID> known = new HashSet<>();
        private final List<ImportedSeries> series = new ArrayList<>();
        private final List<ImportedActivity> activities = new ArrayList<>();
        private final List<ImportedSignUp> signUps = new ArrayList<>();
        private final List<ImportedMove> moves = new ArrayList<>();
        private final List<Audit.Entry> audit = new ArrayList<>();
        private Group group;

        boolean hasList(String name) {
            return LISTS.contains(name);
        }

        /** Takes the fields other than the lists and the group. Rejects a list of another type with them. */
        void head(JsonObject head) {
            var input = JsonInput.part(head, "#", invalid);
            if (!input.line("format", 1, 100).equals(FORMAT)) {
                input.reject("format", "must be " + FORMAT);
            }
            input.number("formatVersion", VERSION, VERSION);
            input.requiredInstant("exportedAt");
            input.end();
            throwIfInvalid();
        }

        void group(JsonValue value) {
            if (!(value instanceof JsonObject object)) {
                invalid.add(new Invalid("#/group", "must be an object"));
                return;
            }
            var input = JsonInput.part(object, "#/group", invalid);
            group = Group.of(input);
            if (group.settings().slug().isEmpty()) {
                input.reject("slug", "is required");
            }
            if (group.id().getMostSignificantBits() >>> 16 > System.currentTimeMillis()) {
                input.reject("id", "must not be of the future");
            }
            throwIfTooMany();
        }

        /** Takes the next element of a list. */
        void element(String list, JsonValue value) {
            var pointer = "#/" + list + "/" + (read.merge(list, 1, Integer::sum) - 1);
            if (value instanceof JsonObject object) {
                part(list, JsonInput.part(object, pointer, invalid));
            } else {
                invalid.add(new Invalid(pointer, "must be an object"));
            }
            throwIfTooMany();
        }

        private void part(String list, JsonInput input) {
            switch (list) {
                case "members" -> member(input);
                case "others" -> other(input);
                case "series" -> series(input);
                case "activities" -> activity(input);
                case "signUps" -> signUp(input);
                case "moves" -> move(input);
                case "audit" -> audit(input);
                default -> throw new IllegalArgumentException(list);
            }
            input.end();
        }

        private void member(JsonInput input) {
            var membership = new Membership(
                    input.choice("role", Role.class),
                    input.choice("state", MemberState.class),
                    input.requiredInstant("since"));
            if (membership.state != MemberState.ACTIVE && membership.role != Role.MEMBER) {
                input.reject("role", "can be given to an active member only");
            }
            person(input, Optional.of(membership));
        }

        private void other(JsonInput input) {
            person(input, Optional.empty());
        }

        private void person(JsonInput input, Optional<Membership> membership) {
            var person = new Person(input.id("userId"), input.line("displayName", 100), membership);
            if (!known.add(person.id)) {
                input.reject("userId", "is a duplicate");
            }
            people.add(person);
        }

        private void series(JsonInput input) {
            var template = Series.Template.read(input);
            requireZone(input);
            var madeThrough = input.date("madeThrough");
            if (madeThrough.isEmpty()) {
                input.reject("madeThrough", "is required");
            }
            series.add(new ImportedSeries(
                    input.id("id"),
                    template,
                    input.choice("state", SeriesState.class),
                    madeThrough.orElse(LocalDate.MIN),
                    input.count("version", 1),
                    input.requiredInstant("createdAt"),
                    input.requiredInstant("updatedAt")));
        }

        private void activity(JsonInput input) {
            var activity = new ImportedActivity(
                    input.id("id"),
                    Activity.Plan.read(input, Zone.UTC),
                    occurrence(input),
                    input.choice("state", ActivityState.class),
                    input.count("version", 1),
                    input.count("sequence", 0),
                    input.instant("publishedAt"),
                    input.requiredInstant("createdAt"),
                    input.requiredInstant("updatedAt"));
            requireZone(input);
            if (activity.state == ActivityState.PUBLISHED && activity.publishedAt.isEmpty()) {
                input.reject("publishedAt", "is required of what is published");
            }
            if (activity.state == ActivityState.DRAFT && activity.publishedAt.isPresent()) {
                input.reject("publishedAt", "must not be there in a draft");
            }
            activities.add(activity);
        }

        private static Optional<Activity.Occurrence> occurrence(JsonInput input) {
            var series = input.optionalId("seriesId");
            var on = input.date("occursOn");
            var overridden = input.flag("overridden", false);
            if (series.isPresent() && on.isEmpty()) {
                input.reject("occursOn", "is required of an occurrence of a series");
            } else if (series.isEmpty() && on.isPresent()) {
                input.reject("occursOn", "is for occurrences of a series");
            } else if (series.isEmpty() && overridden) {
                input.reject("overridden", "is for occurrences of a series");
            }
            return series.flatMap(id -> on.map(day -> new Activity.Occurrence(id, day, overridden)));
        }

        private static void requireZone(JsonInput input) {
            if (!input.has("zone")) {
                input.reject("zone", "is required");
            }
        }

        private void signUp(JsonInput input) {
            signUps.add(new ImportedSignUp(
                    input.id("activityId"),
                    new SignUp(
                            input.id("userId"),
                            input.choice("state", SignUp.State.class),
                            input.number("seats", 1, MAX_SEATS),
                            input.number("queueNumber", 1, Integer.MAX_VALUE),
                            input.choice("attendance", SignUp.Attendance.class),
                            input.id("madeBy"),
                            input.requiredInstant("createdAt"),
                            input.requiredInstant("updatedAt"))));
        }

        private void move(JsonInput input) {
            moves.add(new ImportedMove(
                    input.id("activityId"),
                    new Move(
                            moves.size(),
                            input.id("userId"),
                            input.optionalChoice("from", SignUp.State.class),
                            input.choice("to", SignUp.State.class),
                            input.number("seats", 1, MAX_SEATS),
                            input.number("queueNumber", 1, Integer.MAX_VALUE),
                            cause(input),
                            input.line("reason", 500),
                            input.optionalId("madeBy"),
                            input.requiredInstant("at"))));
        }

        /** JSON has hyphens between words. */
        private static Move.Cause cause(JsonInput input) {
            var text = input.line("cause", 1, 30);
            for (var cause : Move.Cause.values()) {
                if (EnumNames.hyphenated(cause).equals(text)) {
                    return cause;
                }
            }
            input.reject("cause", "is not known");
            return Move.Cause.JOINED;
        }

        private void audit(JsonInput input) {
            audit.add(new Audit.Entry(
                    audit.size(),
                    input.id("actorId"),
                    input.line("action", 1, 100),
                    input.optionalId("userId"),
                    input.optionalId("activityId"),
                    input.line("reason", 500),
                    input.requiredInstant("at")));
        }

        /**
         * Returns the document.
         *
         * @throws Problem 422 with the errors, at most the first 100
         */
        GroupDocument done() {
            if (group == null) {
                invalid.add(new Invalid("#/group", "is required"));
            }
            // Checks across parts need valid parts.
            throwIfInvalid();
            var byId = new HashMap<UUID, ImportedActivity>();
            for (var i = 0; i < activities.size(); i++) {
                if (byId.put(activities.get(i).id, activities.get(i)) != null) {
                    addError("activities", i, "id", "is a duplicate");
                }
            }
            checkSeries();
            var tallies = tallied(byId);
            for (var i = 0; i < activities.size(); i++) {
                var tally = tallies.getOrDefault(activities.get(i).id, new Tally());
                var capacity = activities.get(i).plan.capacity();
                if (capacity.filter(seats -> seats < tally.seatsTaken).isPresent()) {
                    addError(
                            "activities",
                            i,
                            "capacity",
                            "is less than the " + tally.seatsTaken + " seats that are taken");
                }
            }
            checkMoves(byId.keySet(), tallies);
            checkAudit();
            throwIfInvalid();
            return new GroupDocument(group, people, series, activities, tallies, signUps, moves, audit);
        }

        private void checkSeries() {
            var ids = new HashSet<UUID>();
            for (var i = 0; i < series.size(); i++) {
                if (!ids.add(series.get(i).id)) {
                    addError("series", i, "id", "is a duplicate");
                }
            }
            var days = new HashSet<List<Object>>();
            for (var i = 0; i < activities.size(); i++) {
                var occurrence = activities.get(i).occurrence;
                if (occurrence.isEmpty()) {
                    continue;
                }
                if (!ids.contains(occurrence.get().series())) {
                    addError("activities", i, "seriesId", "is none of the series");
                }
                if (!days.add(
                        List.of(occurrence.get().series(), occurrence.get().on()))) {
                    addError("activities", i, "occursOn", "is a duplicate in the series");
                }
            }
        }

        private Map<UUID, Tally> tallied(Map<UUID, ImportedActivity> byId) {
            var tallies = new HashMap<UUID, Tally>();
            var signedUp = new HashSet<List<Object>>();
            for (var i = 0; i < signUps.size(); i++) {
                var signUp = signUps.get(i).signUp;
                var activity = byId.get(signUps.get(i).activity);
                if (activity == null) {
                    addError("signUps", i, "activityId", "is none of the activities");
                    continue;
                }
                if (activity.state == ActivityState.DRAFT) {
                    addError("signUps", i, "activityId", "is a draft");
                }
                checkPerson("signUps", i, "userId", Optional.of(signUp.user()));
                checkPerson("signUps", i, "madeBy", Optional.of(signUp.madeBy()));
                if (!signedUp.add(List.of(activity.id, signUp.user()))) {
                    addError("signUps", i, "userId", "has signed up for it twice");
                }
                if (!signedUp.add(List.of(activity.id, signUp.number()))) {
                    addError("signUps", i, "queueNumber", "is a duplicate");
                }
                tallies.computeIfAbsent(activity.id, id -> new Tally()).add(signUp);
            }
            return tallies;
        }

        private void checkMoves(Set<UUID> activityIds, Map<UUID, Tally> tallies) {
            for (var i = 0; i < moves.size(); i++) {
                var move = moves.get(i).move;
                var activity = moves.get(i).activity;
                if (!activityIds.contains(activity)) {
                    addError("moves", i, "activityId", "is none of the activities");
                    continue;
                }
                checkPerson("moves", i, "userId", Optional.of(move.user()));
                checkPerson("moves", i, "madeBy", move.madeBy());
                var tally = tallies.computeIfAbsent(activity, id -> new Tally());
                tally.lastNumber = Math.max(tally.lastNumber, move.place());
            }
        }

        private void checkAudit() {
            for (var i = 0; i < audit.size(); i++) {
                checkPerson("audit", i, "actorId", Optional.of(audit.get(i).actor()));
                checkPerson("audit", i, "userId", audit.get(i).user());
            }
        }

        private void checkPerson(String list, int index, String field, Optional<UUID> user) {
            if (user.filter(id -> !known.contains(id)).isPresent()) {
                addError(list, index, field, "is none of the members and others");
            }
        }

        private void addError(String list, int index, String field, String detail) {
            invalid.add(new Invalid("#/" + list + "/" + index + "/" + field, detail));
            throwIfTooMany();
        }

        private void throwIfTooMany() {
            if (invalid.size() >= Problem.MAX_ERRORS) {
                throwIfInvalid();
            }
        }

        private void throwIfInvalid() {
            if (!invalid.isEmpty()) {
                throw Problem.invalid(ProblemType.VALIDATION, invalid);
            }
        }
    }
}
