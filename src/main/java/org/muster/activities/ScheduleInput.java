package org.muster.activities;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.http.Zone;

/**
 * Schedules in JSON. With {@code allDay} a schedule has {@code startsOn} and {@code endsOn}, else {@code startsLocal} and {@code
 * durationMinutes}. Clients that know these only can read all-day schedules, and move them by whole days.
 */
final class ScheduleInput {
    /** The fields, without the zone. */
    static final List<String> FIELDS = List.of("allDay", "startsOn", "endsOn", "startsLocal", "durationMinutes");

    private static final int MAX_DAYS = 14;
    private static final int DAY_MINUTES = 24 * 60;

    private ScheduleInput() {}

    /**
     * @param defaultZone null if the zone is required
     * @param current what it replaces. Unless its start stays, the rules of the zone are needed
     */
    static Schedule read(JsonInput input, Zone defaultZone, Optional<Schedule> current) {
        var schedule = read(input, input.zone("zone", defaultZone, current.map(Schedule::zone)));
        if (!schedule.zone().known() && current.filter(schedule::startsAs).isEmpty()) {
            input.unknownZone("zone");
        }
        return schedule;
    }

    private static Schedule read(JsonInput input, Zone zone) {
        if (input.flag("allDay", false)) {
            return readDays(input, zone);
        }
        for (var field : List.of("startsOn", "endsOn")) {
            input.date(field).ifPresent(given -> input.reject(field, "can be given with allDay only"));
        }
        return new Schedule(
                input.localTime("startsLocal"),
                zone,
                Duration.ofMinutes(input.number("durationMinutes", 1, MAX_DAYS * DAY_MINUTES)));
    }

    private static Schedule readDays(JsonInput input, Zone zone) {
        var startsLocal = input.optionalLocalTime("startsLocal");
        var first = startsLocal.isPresent()
                ? input.date("startsOn").orElse(startsLocal.get().toLocalDate())
                : input.requiredDate("startsOn");
        if (startsLocal.filter(start -> !start.equals(first.atStartOfDay())).isPresent()) {
            input.reject("startsLocal", "must be the beginning of startsOn, or absent, with allDay");
        }
        var minutes = input.optionalNumber("durationMinutes", 1, MAX_DAYS * DAY_MINUTES);
        var last = input.date("endsOn");
        var days = last.map(day -> ChronoUnit.DAYS.between(first, day) + 1)
                .orElseGet(() -> minutes.orElse(DAY_MINUTES) / (long) DAY_MINUTES);
        if (last.isPresent() && days < 1) {
            input.reject("endsOn", "must not be before startsOn");
        } else if (days > MAX_DAYS) {
            input.reject("endsOn", "must be at most " + (MAX_DAYS - 1) + " days after startsOn");
        } else if (minutes.filter(given -> given != days * DAY_MINUTES).isPresent()) {
            input.reject("durationMinutes", "must be the days from startsOn to endsOn, or absent, with allDay");
        }
        var schedule = new Schedule(first.atStartOfDay(), zone, Duration.ofDays(Math.max(1, days)), true);
        if (schedule.endsTooLate()) {
            input.reject("durationMinutes", "must not last beyond 2100");
        }
        return schedule;
    }

    /** The start of a copy: {@code startsOn} or {@code startsLocal}; empty if neither is given. */
    static Optional<LocalDateTime> readStart(JsonInput input, Schedule original) {
        var startsLocal = input.optionalLocalTime("startsLocal");
        var startsOn = input.date("startsOn");
        if (!original.allDay()) {
            startsOn.ifPresent(given -> input.reject("startsOn", "can be given for an all-day activity only"));
            return startsLocal;
        }
        var day = startsOn.or(() -> startsLocal.map(LocalDateTime::toLocalDate));
        var start = day.map(LocalDate::atStartOfDay);
        if (startsLocal.isPresent() && !startsLocal.equals(start)) {
            input.reject("startsLocal", "must be the beginning of a day: of startsOn, if that is given too");
        }
        start.map(original::startingAt)
                .filter(Schedule::endsTooLate)
                .ifPresent(late -> input.reject("startsOn", "must be early enough to end by 2100"));
        return start;
    }

    /** Adds all fields. */
    static JsonObjectBuilder addTo(JsonObjectBuilder json, Schedule schedule) {
        return json.add("startsLocal", Times.local(schedule.startsLocal()))
                .add("zone", schedule.zone().id())
                .add("durationMinutes", schedule.duration().toMinutes())
                .add("allDay", schedule.allDay())
                .add(
                        "startsOn",
                        schedule.allDay() ? JSON.createValue(schedule.startsOn().toString()) : JsonValue.NULL)
                .add(
                        "endsOn",
                        schedule.allDay() ? JSON.createValue(schedule.endsOn().toString()) : JsonValue.NULL);
    }

    /**
     * Removes from JSON what the patch replaces under another name, so that the result of the patch agrees with itself.
     *
     * @param json with all fields of the schedule
     */
    static JsonObject withoutReplaced(JsonObject json, Schedule schedule, JsonInput patch) {
        var base = JSON.createObjectBuilder(json);
        var allDay = patch.is("allDay", true) || schedule.allDay() && !patch.is("allDay", false);
        if (allDay != schedule.allDay()) {
            FIELDS.forEach(base::remove);
            if (allDay && !patch.has("startsLocal")) {
                base.add("startsOn", schedule.startsOn().toString());
            }
        } else if (allDay) {
            base.remove("startsLocal").remove("durationMinutes");
            var lasts = patch.has("durationMinutes") && !patch.has("endsOn");
            var moves = patch.has("startsLocal") && !patch.has("startsOn");
            if (moves) {
                base.remove("startsOn");
            }
            if (lasts || moves && !patch.has("endsOn")) {
                base.remove("endsOn").add("durationMinutes", schedule.duration().toMinutes());
            }
        }
        return base.build();
    }
}
