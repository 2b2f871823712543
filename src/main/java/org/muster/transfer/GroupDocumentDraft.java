package org.muster.transfer;

import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
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
import org.muster.queue.Move;
import org.muster.queue.SignUp;
import org.muster.transfer.GroupDocument.ImportedActivity;
import org.muster.transfer.GroupDocument.ImportedMove;
import org.muster.transfer.GroupDocument.ImportedSeries;
import org.muster.transfer.GroupDocument.ImportedSignUp;
import org.muster.transfer.GroupDocument.Membership;
import org.muster.transfer.GroupDocument.Person;

/** Reads the parts of a document, and validates each by itself. */
final class GroupDocumentDraft {
    private static final int MAX_SEATS = 21;
    private static final Set<String> LISTS =
            Set.of("members", "others", "activities", "series", "signUps", "moves", "audit");

    private final DocumentErrors errors = new DocumentErrors();
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
        var input = errors.input(head, "#");
        if (!input.line("format", 1, 100).equals(GroupDocument.FORMAT)) {
            input.reject("format", "must be " + GroupDocument.FORMAT);
        }
        input.number("formatVersion", GroupDocument.VERSION, GroupDocument.VERSION);
        input.requiredInstant("exportedAt");
        input.end();
        errors.throwIfAny();
    }

    void group(JsonValue value) {
        if (!(value instanceof JsonObject object)) {
            errors.add("#/group", "must be an object");
            return;
        }
        var input = errors.input(object, "#/group");
        group = Group.of(input);
        if (group.settings().slug().isEmpty()) {
            input.reject("slug", "is required");
        }
        if (group.id().getMostSignificantBits() >>> 16 > System.currentTimeMillis()) {
            input.reject("id", "must not be of the future");
        }
        errors.throwIfTooMany();
    }

    /** Takes the next element of a list. */
    void element(String list, JsonValue value) {
        var pointer = "#/" + list + "/" + (read.merge(list, 1, Integer::sum) - 1);
        if (value instanceof JsonObject object) {
            part(list, errors.input(object, pointer));
        } else {
            errors.add(pointer, "must be an object");
        }
        errors.throwIfTooMany();
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
        if (membership.state() != MemberState.ACTIVE && membership.role() != Role.MEMBER) {
            input.reject("role", "can be given to an active member only");
        }
        person(input, Optional.of(membership));
    }

    private void other(JsonInput input) {
        person(input, Optional.empty());
    }

    private void person(JsonInput input, Optional<Membership> membership) {
        var person = new Person(input.id("userId"), input.line("displayName", 100), membership);
        if (!known.add(person.id())) {
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
        if (activity.state() == ActivityState.PUBLISHED
                && activity.publishedAt().isEmpty()) {
            input.reject("publishedAt", "is required of what is published");
        }
        if (activity.state() == ActivityState.DRAFT && activity.publishedAt().isPresent()) {
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
            errors.add("#/group", "is required");
        }
        // Checks across parts need valid parts.
        errors.throwIfAny();
        var document = new GroupDocument(group, people, series, activities, signUps, moves, audit);
        new GroupDocumentChecks(document, errors).check();
        return document;
    }
}
