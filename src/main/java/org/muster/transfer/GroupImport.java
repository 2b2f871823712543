package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonValue;
import java.io.StringWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.muster.activities.Activity;
import org.muster.activities.Activity.Occurrence;
import org.muster.activities.Schedule;
import org.muster.activities.SeriesState;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.groups.MemberState;
import org.muster.groups.Role;
import org.muster.history.Audit;
import org.muster.http.Times;
import org.muster.json.EnumNames;
import org.muster.transfer.GroupDocument.ImportedActivity;
import org.muster.transfer.GroupDocument.ImportedMove;
import org.muster.transfer.GroupDocument.ImportedSeries;
import org.muster.transfer.GroupDocument.ImportedSignUp;
import org.muster.transfer.GroupDocument.Membership;
import org.muster.transfer.GroupDocument.Person;
import org.muster.transfer.GroupDocument.Tally;
import org.muster.users.Token;

/** An import of a group, in SQL: one statement for each table, with all rows as a JSON array. */
final class GroupImport {
    private static final String PLACEHOLDERS = """
            INSERT INTO user_account (user_id, display_name, zone, placeholder_of)
            SELECT user_id, display_name, ?, placeholder_of
              FROM json_to_recordset(?::json) AS person (user_id uuid, display_name text, placeholder_of uuid)
            """;

    private static final String MEMBERSHIPS = """
            INSERT INTO membership (group_id, user_id, role, state, created_at)
            SELECT ?, user_id, role, state, since
              FROM json_to_recordset(?::json) AS member (user_id uuid, role text, state text, since timestamptz)
            """;

    private static final String SERIES = """
            INSERT INTO activity_series (group_id, series_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, all_day, capacity, guests_allowed, waitlist, visibility, publish, frequency, every, weekdays, nth,
                   month_day, until, times, state, made_through, next_on, version, created_at, updated_at)
            SELECT ?, series_id, title, description, place, online_url, starts_local, zone, duration_minutes, all_day, capacity,
                   guests_allowed, waitlist, visibility, publish, frequency, every, weekdays, nth, month_day, until, times, state,
                   made_through, next_on, version, created_at, updated_at
              FROM json_to_recordset(?::json) AS planned (series_id uuid, title text, description text, place text,
                   online_url text, starts_local timestamp, zone text, duration_minutes integer, all_day boolean, capacity integer,
                   guests_allowed integer, waitlist boolean, visibility text, publish boolean, frequency text, every integer,
                   weekdays text[], nth integer, month_day integer, until date, times integer, state text, made_through date, next_on date,
                   version integer, created_at timestamptz, updated_at timestamptz)
            """;

    private static final String ACTIVITIES = """
            INSERT INTO activity (group_id, activity_id, title, description, place, online_url, starts_local, zone,
                   duration_minutes, all_day, starts_at, tzdb_version, capacity, guests_allowed, waitlist, signup_opens_at,
                   signup_closes_at, visibility, state, version, sequence, published_at, series_id, occurs_on, overridden,
                   seats_taken, waiting, queue_number, created_at, updated_at)
            SELECT ?, activity_id, title, description, place, online_url, starts_local, zone, duration_minutes, all_day, starts_at, ?,
                   capacity, guests_allowed, waitlist, signup_opens_at, signup_closes_at, visibility, state, version, sequence,
                   published_at, series_id, occurs_on, overridden, seats_taken, waiting, queue_number, created_at, updated_at
              FROM json_to_recordset(?::json) AS planned (activity_id uuid, title text, description text, place text,
                   online_url text, starts_local timestamp, zone text, duration_minutes integer, all_day boolean, starts_at timestamptz,
                   capacity integer, guests_allowed integer, waitlist boolean, signup_opens_at timestamptz,
                   signup_closes_at timestamptz, visibility text, state text, version integer, sequence integer,
                   published_at timestamptz, series_id uuid, occurs_on date, overridden boolean, seats_taken integer,
                   waiting integer, queue_number bigint, created_at timestamptz, updated_at timestamptz)
            """;

    private static final String SIGN_UPS = """
            INSERT INTO sign_up (group_id, activity_id, user_id, state, seats, queue_number, attendance, made_by, created_at,
                   updated_at)
            SELECT ?, activity_id, user_id, state, seats, queue_number, attendance, made_by, created_at, updated_at
              FROM json_to_recordset(?::json) AS signed (activity_id uuid, user_id uuid, state text, seats integer,
                   queue_number bigint, attendance text, made_by uuid, created_at timestamptz, updated_at timestamptz)
            """;

    private static final String MOVES = """
            INSERT INTO sign_up_move (group_id, activity_id, user_id, from_state, to_state, seats, queue_number, cause, reason,
                   made_by, created_at)
            SELECT ?, activity_id, user_id, from_state, to_state, seats, queue_number, cause, reason, made_by, at
              FROM json_to_recordset(?::json) AS moved (number integer, activity_id uuid, user_id uuid, from_state text,
                   to_state text, seats integer, queue_number bigint, cause text, reason text, made_by uuid, at timestamptz)
             ORDER BY number
            """;

    private static final String AUDIT = """
            INSERT INTO audit (group_id, actor_id, action, user_id, activity_id, reason, created_at)
            SELECT ?, actor_id, action, user_id, activity_id, reason, at
              FROM json_to_recordset(?::json) AS entry (number integer, actor_id uuid, action text, user_id uuid,
                   activity_id uuid, reason text, at timestamptz)
             ORDER BY number
            """;

    private static final String INVITATIONS = """
            WITH made AS (
                INSERT INTO invitation (group_id, invitation_id, role, max_uses, placeholder_id, created_by, expires_at)
                SELECT ?, invitation_id, role, 1, placeholder_id, ?, ?
                  FROM json_to_recordset(?::json) AS person (invitation_id uuid, role text, placeholder_id uuid)
            )
            INSERT INTO invitation_directory (token_hash, group_id, invitation_id)
            SELECT decode(token_hash, 'hex'), ?, invitation_id
              FROM json_to_recordset(?::json) AS person (invitation_id uuid, token_hash text)
            """;

    private final Sql sql;
    private final GroupDocument document;
    private final UUID group;
    private final UUID importer;
    private final Map<UUID, UUID> ids = new HashMap<>();

    /** @param importer becomes the group's owner, and keeps their id where the document has it */
    GroupImport(Sql sql, GroupDocument document, UUID importer) {
        this.sql = sql;
        this.document = document;
        this.importer = importer;
        group = document.group().id();
        document.people().forEach(person -> ids.put(person.id(), Ids.next()));
        ids.put(importer, importer);
    }

    /** An invitation to take a person's place. */
    record PersonalInvitation(Person person, UUID placeholder, Token token) {}

    /** Inserts all parts of the document. The group must exist and be empty. */
    void fill() {
        sql.update(PLACEHOLDERS, document.group().settings().zone().id(), rows(others(), this::placeholder));
        sql.update(MEMBERSHIPS, group, rows(members(), this::membership));
        sql.update(SERIES, group, rows(document.series().stream(), GroupImport::series));
        sql.update(ACTIVITIES, group, Schedule.tzdbVersion(), rows(document.activities().stream(), this::activity));
        sql.update(SIGN_UPS, group, rows(document.signUps().stream(), this::signUp));
        sql.update(MOVES, group, rows(document.moves().stream(), this::move));
        sql.update(AUDIT, group, rows(document.audit().stream(), this::entry));
    }

    /** Creates an invitation for each person with a membership or a request to join, in the order of the document. */
    List<PersonalInvitation> invite(OffsetDateTime expiresAt) {
        var invitations = others().filter(person -> person.membership()
                        .filter(any -> any.state() != MemberState.BANNED)
                        .isPresent())
                .map(person -> new PersonalInvitation(person, ids.get(person.id()), Token.random()))
                .toList();
        var rows = rows(
                invitations.stream(),
                open -> new Row()
                        .add("invitation_id", Ids.next())
                        .add(
                                "role",
                                open.person.membership().map(Membership::role).orElse(Role.MEMBER))
                        .add("placeholder_id", open.placeholder)
                        .add("token_hash", HexFormat.of().formatHex(open.token.hash())));
        sql.update(INVITATIONS, group, importer, expiresAt, rows, group, rows);
        return invitations;
    }

    private Stream<Person> others() {
        return document.people().stream().filter(person -> !person.id().equals(importer));
    }

    private Stream<Person> members() {
        var since = document.people().stream()
                .filter(person -> person.id().equals(importer))
                .flatMap(person -> person.membership().stream())
                .map(Membership::since)
                .findFirst()
                .orElseGet(Instant::now);
        var owner = new Membership(Role.OWNER, MemberState.ACTIVE, since);
        return Stream.concat(
                Stream.of(new Person(importer, "", Optional.of(owner))),
                others().filter(person -> person.membership().isPresent()));
    }

    private Row placeholder(Person person) {
        return new Row()
                .add("user_id", ids.get(person.id()))
                .add("display_name", person.displayName())
                .add("placeholder_of", person.id());
    }

    private Row membership(Person person) {
        var membership = person.membership().orElseThrow();
        return new Row()
                .add("user_id", ids.get(person.id()))
                .add("role", membership.role())
                .add("state", membership.state())
                .add("since", membership.since());
    }

    private static Row series(ImportedSeries series) {
        var template = series.template();
        var rule = template.rule();
        var nextOn =
                series.state() == SeriesState.ENDED ? Optional.<LocalDate>empty() : template.next(series.madeThrough());
        return plan(template.plan())
                .add("series_id", series.id())
                .add("publish", template.publish())
                .add("frequency", rule.frequency())
                .add("every", rule.interval())
                .add("weekdays", rule.weekdays())
                .add("nth", rule.nth().orElse(null))
                .add("month_day", rule.lastDay() ? -1 : null)
                .add("until", rule.until().orElse(null))
                .add("times", rule.count().orElse(null))
                .add("state", series.state())
                .add("made_through", series.madeThrough())
                .add("next_on", nextOn.orElse(null))
                .add("version", series.version())
                .add("created_at", series.createdAt())
                .add("updated_at", series.updatedAt());
    }

    private static Row plan(Activity.Plan plan) {
        var schedule = plan.schedule();
        return new Row()
                .add("title", plan.title())
                .add("description", plan.description())
                .add("place", plan.place())
                .add("online_url", plan.onlineUrl())
                .add("starts_local", Times.local(schedule.startsLocal()))
                .add("zone", schedule.zone().id())
                .add("duration_minutes", schedule.duration().toMinutes())
                .add("all_day", schedule.allDay())
                .add("capacity", plan.capacity().orElse(null))
                .add("guests_allowed", plan.guestsAllowed())
                .add("waitlist", plan.waitlist())
                .add("visibility", plan.visibility());
    }

    private Row activity(ImportedActivity activity) {
        var plan = activity.plan();
        var occurrence = activity.occurrence();
        var tally = document.tallies().getOrDefault(activity.id(), new Tally());
        return plan(plan)
                .add("activity_id", activity.id())
                .add("starts_at", plan.schedule().startsAt())
                .add("signup_opens_at", plan.signupOpensAt().orElse(null))
                .add("signup_closes_at", plan.signupClosesAt().orElse(null))
                .add("state", activity.state())
                .add("version", activity.version())
                .add("sequence", activity.sequence())
                .add("published_at", activity.publishedAt().orElse(null))
                .add("series_id", occurrence.map(Occurrence::series).orElse(null))
                .add("occurs_on", occurrence.map(Occurrence::on).orElse(null))
                .add("overridden", occurrence.filter(Occurrence::overridden).isPresent())
                .add("seats_taken", tally.seatsTaken())
                .add("waiting", tally.waiting())
                .add("queue_number", tally.lastNumber())
                .add("created_at", activity.createdAt())
                .add("updated_at", activity.updatedAt());
    }

    private Row signUp(ImportedSignUp signed) {
        var signUp = signed.signUp();
        return new Row()
                .add("activity_id", signed.activity())
                .add("user_id", ids.get(signUp.user()))
                .add("state", signUp.state())
                .add("seats", signUp.seats())
                .add("queue_number", signUp.number())
                .add("attendance", signUp.attendance())
                .add("made_by", ids.get(signUp.madeBy()))
                .add("created_at", signUp.createdAt())
                .add("updated_at", signUp.updatedAt());
    }

    private Row move(ImportedMove moved) {
        var move = moved.move();
        return new Row()
                .add("number", move.number())
                .add("activity_id", moved.activity())
                .add("user_id", ids.get(move.user()))
                .add("from_state", move.from().orElse(null))
                .add("to_state", move.to())
                .add("seats", move.seats())
                .add("queue_number", move.place())
                .add("cause", move.cause())
                .add("reason", move.reason())
                .add("made_by", move.madeBy().map(ids::get).orElse(null))
                .add("at", move.at());
    }

    private Row entry(Audit.Entry entry) {
        return new Row()
                .add("number", entry.number())
                .add("actor_id", ids.get(entry.actor()))
                .add("action", entry.action())
                .add("user_id", entry.user().map(ids::get).orElse(null))
                .add("activity_id", entry.activity().orElse(null))
                .add("reason", entry.reason())
                .add("at", entry.at());
    }

    private static <T> String rows(Stream<T> values, Function<T, Row> row) {
        var text = new StringWriter();
        try (var rows = JSON.createGenerator(text)) {
            rows.writeStartArray();
            values.forEach(value -> rows.write(row.apply(value).columns.build()));
            rows.writeEnd();
        }
        return text.toString();
    }

    /** A row as a JSON object. */
    private static final class Row {
        private final JsonObjectBuilder columns = JSON.createObjectBuilder();

        Row add(String column, Object value) {
            columns.add(column, json(value));
            return this;
        }

        private static JsonValue json(Object value) {
            if (value == null) {
                return JsonValue.NULL;
            }
            if (value instanceof Number number) {
                return JSON.createValue(number.longValue());
            }
            if (value instanceof Boolean flag) {
                return flag ? JsonValue.TRUE : JsonValue.FALSE;
            }
            if (value instanceof Enum<?> constant) {
                return JSON.createValue(EnumNames.of(constant));
            }
            if (value instanceof Collection<?> values) {
                var array = JSON.createArrayBuilder();
                values.forEach(each -> array.add(json(each)));
                return array.build();
            }
            return JSON.createValue(value instanceof Instant instant ? Times.utc(instant) : value.toString());
        }
    }
}
