package org.muster.transfer;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.muster.activities.ActivityState;
import org.muster.problems.Problem;
import org.muster.queue.SignUp;
import org.muster.transfer.GroupDocument.ImportedActivity;
import org.muster.transfer.GroupDocument.Person;
import org.muster.transfer.GroupDocument.Tally;

/** Whether the parts of a document, each valid by itself, go together. */
final class GroupDocumentChecks {
    private final GroupDocument document;
    private final DocumentErrors errors;
    private final Set<UUID> people;
    private final Map<UUID, ImportedActivity> activities = new HashMap<>();

    GroupDocumentChecks(GroupDocument document, DocumentErrors errors) {
        this.document = document;
        this.errors = errors;
        people = document.people().stream().map(Person::id).collect(Collectors.toSet());
    }

    /** @throws Problem 422 with the errors, at most the first 100 */
    void check() {
        checkActivities();
        checkSeries();
        checkCapacities();
        checkSignUps();
        checkMoves();
        checkAudit();
        errors.throwIfAny();
    }

    private void checkActivities() {
        for (var i = 0; i < document.activities().size(); i++) {
            var activity = document.activities().get(i);
            if (activities.put(activity.id(), activity) != null) {
                addError("activities", i, "id", "is a duplicate");
            }
        }
    }

    private void checkSeries() {
        var ids = new HashSet<UUID>();
        for (var i = 0; i < document.series().size(); i++) {
            if (!ids.add(document.series().get(i).id())) {
                addError("series", i, "id", "is a duplicate");
            }
        }
        var days = new HashSet<List<Object>>();
        for (var i = 0; i < document.activities().size(); i++) {
            var occurrence = document.activities().get(i).occurrence();
            if (occurrence.isEmpty()) {
                continue;
            }
            if (!ids.contains(occurrence.get().series())) {
                addError("activities", i, "seriesId", "is none of the series");
            }
            if (!days.add(List.of(occurrence.get().series(), occurrence.get().on()))) {
                addError("activities", i, "occursOn", "is a duplicate in the series");
            }
        }
    }

    private void checkSignUps() {
        var signedUp = new HashSet<List<Object>>();
        for (var i = 0; i < document.signUps().size(); i++) {
            var signUp = document.signUps().get(i).signUp();
            var activity = activities.get(document.signUps().get(i).activity());
            if (activity == null) {
                addError("signUps", i, "activityId", "is none of the activities");
                continue;
            }
            if (activity.state() == ActivityState.DRAFT) {
                addError("signUps", i, "activityId", "is a draft");
            }
            if (signUp.state() == SignUp.State.WAITING && keepsOthersOut(activity, signUp.seats())) {
                addError(
                        "signUps",
                        i,
                        "seats",
                        "is more than the capacity, so that all who come later would wait for ever");
            }
            checkPerson("signUps", i, "userId", Optional.of(signUp.user()));
            checkPerson("signUps", i, "madeBy", Optional.of(signUp.madeBy()));
            if (!signedUp.add(List.of(activity.id(), signUp.user()))) {
                addError("signUps", i, "userId", "has signed up for it twice");
            }
            if (!signedUp.add(List.of(activity.id(), signUp.number()))) {
                addError("signUps", i, "queueNumber", "is a duplicate");
            }
        }
    }

    /** Whether whoever waits for this number of seats can never get them while others still can. */
    private static boolean keepsOthersOut(ImportedActivity activity, int seats) {
        return activity.state() == ActivityState.PUBLISHED
                && activity.plan().schedule().startsAt().isAfter(Instant.now())
                && activity.plan().capacity().filter(all -> all < seats).isPresent();
    }

    private void checkCapacities() {
        for (var i = 0; i < document.activities().size(); i++) {
            var activity = document.activities().get(i);
            var taken = Optional.ofNullable(document.tallies().get(activity.id()))
                    .map(Tally::seatsTaken)
                    .orElse(0L);
            if (activity.plan().capacity().filter(seats -> seats < taken).isPresent()) {
                addError("activities", i, "capacity", "is less than the " + taken + " seats that are taken");
            }
        }
    }

    private void checkMoves() {
        for (var i = 0; i < document.moves().size(); i++) {
            var move = document.moves().get(i).move();
            if (!activities.containsKey(document.moves().get(i).activity())) {
                addError("moves", i, "activityId", "is none of the activities");
                continue;
            }
            checkPerson("moves", i, "userId", Optional.of(move.user()));
            checkPerson("moves", i, "madeBy", move.madeBy());
        }
    }

    private void checkAudit() {
        for (var i = 0; i < document.audit().size(); i++) {
            checkPerson(
                    "audit", i, "actorId", Optional.of(document.audit().get(i).actor()));
            checkPerson("audit", i, "userId", document.audit().get(i).user());
        }
    }

    private void checkPerson(String list, int index, String field, Optional<UUID> user) {
        if (user.filter(id -> !people.contains(id)).isPresent()) {
            addError(list, index, field, "is none of the members and others");
        }
    }

    private void addError(String list, int index, String field, String detail) {
        errors.add("#/" + list + "/" + index + "/" + field, detail);
        errors.throwIfTooMany();
    }
}
