package org.muster.peer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Four of Muster's routes on Muster's tables: the same sign-in, statements and JSON, with Spring Boot and HikariCP. */
@SpringBootApplication
@RestController
public class Peer {
    private static final String CALLER = """
            SELECT user_id, scopes, email
              FROM user_session
              JOIN user_account USING (user_id, password_version)
             WHERE token_hash = ? AND expires_at > now()
            """;

    private static final String ACCESS = """
            SELECT user_group.*, membership.role AS member_role, membership.state AS member_state
              FROM user_group
              LEFT JOIN membership ON membership.group_id = user_group.group_id AND membership.user_id = ?::uuid
             WHERE user_group.group_id = ?
            """;

    private static final String LOCK_GROUP = """
            SELECT group_id
              FROM user_group
             WHERE group_id = ?
               FOR NO KEY UPDATE
            """;

    private static final String FIND = """
            SELECT *
              FROM activity
             WHERE group_id = ? AND activity_id = ?
            """;

    private static final String LOCK = """
            SELECT *
              FROM activity
             WHERE group_id = ? AND activity_id = ?
               FOR NO KEY UPDATE
            """;

    private static final String LIST = """
            SELECT *
              FROM activity
             WHERE group_id = ?
               AND (starts_at, activity_id) > (?, ?)
               AND starts_at >= ? AND starts_at < ?
               AND (?::text IS NULL OR state = ?)
               AND (? OR published_at IS NOT NULL)
               AND (? OR visibility = 'public')
             ORDER BY starts_at, activity_id
             LIMIT ?
            """;

    private static final String CHANGE = """
            UPDATE activity
               SET title = ?, description = ?, place = ?, overridden = series_id IS NOT NULL, version = version + 1,
                   sequence = sequence + ?, updated_at = now()
             WHERE group_id = ? AND activity_id = ? AND version = ? AND state <> 'cancelled'
            RETURNING *
            """;

    private static final String AUDIT = """
            INSERT INTO audit (group_id, actor_id, action, user_id, activity_id, reason)
            VALUES (?, ?, 'activity.changed', NULL, ?, '')
            """;

    private static final String TELL = """
            INSERT INTO notification (user_id, kind, group_id, activity_id)
            SELECT user_id, 'activity.moved', group_id, activity_id
              FROM sign_up
             WHERE group_id = ? AND activity_id = ? AND state <> 'cancelled' AND user_id IS DISTINCT FROM ?
            """;

    private static final OffsetDateTime FIRST = OffsetDateTime.parse("1900-01-01T00:00:00Z");
    private static final OffsetDateTime LAST = OffsetDateTime.parse("2200-01-01T00:00:00Z");
    private static final UUID NO_ID = new UUID(0, 0);

    private final JdbcTemplate sql;

    Peer(JdbcTemplate sql) {
        this.sql = sql;
    }

    public static void main(String[] arguments) {
        SpringApplication.run(Peer.class, arguments);
    }

    record Group(
            UUID id,
            String name,
            String slug,
            String description,
            String zone,
            String joinPolicy,
            String visibility,
            String state,
            int version,
            OffsetDateTime createdAt,
            OffsetDateTime updatedAt) {}

    record Access(Group group, boolean organizer, boolean member) {}

    record Activity(
            UUID id,
            UUID groupId,
            String title,
            String description,
            String place,
            String onlineUrl,
            LocalDateTime startsLocal,
            String zone,
            boolean allDay,
            LocalDate startsOn,
            LocalDate endsOn,
            int durationMinutes,
            Integer capacity,
            int guestsAllowed,
            boolean waitlist,
            OffsetDateTime signupOpensAt,
            OffsetDateTime signupClosesAt,
            String visibility,
            OffsetDateTime startsAt,
            OffsetDateTime endsAt,
            boolean adjusted,
            String state,
            UUID seriesId,
            boolean overridden,
            int version,
            int sequence,
            OffsetDateTime createdAt,
            OffsetDateTime updatedAt) {}

    record Found(Activity activity, boolean announced) {}

    record Page(List<Activity> items, String next) {}

    @GetMapping("/health/ready")
    Map<String, String> ready() {
        sql.queryForObject("SELECT 1", Integer.class);
        return Map.of("status", "UP");
    }

    @GetMapping("/api/v1/groups/{group}")
    ResponseEntity<Group> group(
            @PathVariable UUID group, @RequestHeader(name = "Authorization", required = false) String authorization) {
        var found = access(group, caller(authorization)).group();
        return answer(found.version(), found);
    }

    @GetMapping("/api/v1/groups/{group}/activities")
    ResponseEntity<Page> activities(
            @PathVariable UUID group,
            @RequestParam(defaultValue = "20") int limit,
            @RequestHeader(name = "Authorization", required = false) String authorization) {
        var access = access(group, caller(authorization));
        var found = sql.query(
                LIST,
                (row, number) -> activity(row),
                group,
                FIRST,
                NO_ID,
                FIRST,
                LAST,
                null,
                null,
                access.organizer(),
                access.member(),
                limit + 1);
        var items = found.subList(0, Math.min(limit, found.size()));
        return answer().body(new Page(items, found.size() > limit ? cursor(items.get(limit - 1)) : null));
    }

    @GetMapping("/api/v1/groups/{group}/activities/{id}")
    ResponseEntity<Activity> activity(
            @PathVariable UUID group,
            @PathVariable UUID id,
            @RequestHeader(name = "Authorization", required = false) String authorization) {
        var access = access(group, caller(authorization));
        var found = one(sql.query(FIND, (row, number) -> found(row), group, id));
        if (!found.announced() && !access.organizer()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return answer(found.activity().version(), found.activity());
    }

    @PatchMapping(
            path = "/api/v1/groups/{group}/activities/{id}",
            consumes = {MediaType.APPLICATION_JSON_VALUE, "application/merge-patch+json"})
    @Transactional
    public ResponseEntity<Activity> change(
            @PathVariable UUID group,
            @PathVariable UUID id,
            @RequestHeader(name = "Authorization", required = false) String authorization,
            @RequestBody Map<String, String> patch) {
        var user = caller(authorization);
        sql.query(LOCK_GROUP, (row, number) -> row.getObject("group_id", UUID.class), group);
        if (!access(group, user).organizer()) {
            throw new ResponseStatusException(HttpStatus.FORBIDDEN);
        }
        var was = one(sql.query(LOCK, (row, number) -> activity(row), group, id));
        var place = patch.getOrDefault("place", was.place());
        var moved = !place.equals(was.place());
        var changed = one(sql.query(
                CHANGE,
                (row, number) -> activity(row),
                patch.getOrDefault("title", was.title()),
                patch.getOrDefault("description", was.description()),
                place,
                moved ? 1 : 0,
                group,
                id,
                was.version()));
        sql.update(AUDIT, group, user, id);
        if (moved) {
            sql.update(TELL, group, id, user);
        }
        return answer(changed.version(), changed);
    }

    /** Who has this token; null without one. */
    private UUID caller(String authorization) {
        if (authorization == null) {
            return null;
        }
        var user = DataAccessUtils.singleResult(sql.query(
                CALLER,
                (row, number) -> row.getObject("user_id", UUID.class),
                hash(authorization.substring("Bearer ".length()))));
        if (user == null) {
            throw new ResponseStatusException(HttpStatus.UNAUTHORIZED);
        }
        return user;
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }

    private Access access(UUID group, UUID user) {
        var access = one(sql.query(ACCESS, (row, number) -> access(row), user, group));
        if (access.group().visibility().equals("private") && !access.member()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return access;
    }

    private static <T> T one(List<T> rows) {
        var row = DataAccessUtils.singleResult(rows);
        if (row == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return row;
    }

    private static Access access(ResultSet row) throws SQLException {
        var member = "active".equals(row.getString("member_state"));
        return new Access(
                new Group(
                        row.getObject("group_id", UUID.class),
                        row.getString("name"),
                        row.getString("slug"),
                        row.getString("description"),
                        row.getString("zone"),
                        row.getString("join_policy"),
                        row.getString("visibility"),
                        row.getString("state"),
                        row.getInt("version"),
                        instant(row, "created_at"),
                        instant(row, "updated_at")),
                member && !"member".equals(row.getString("member_role")),
                member);
    }

    private static Found found(ResultSet row) throws SQLException {
        return new Found(activity(row), row.getObject("published_at") != null);
    }

    private static Activity activity(ResultSet row) throws SQLException {
        var zone = ZoneId.of(row.getString("zone"));
        var startsLocal = row.getObject("starts_local", LocalDateTime.class);
        var startsAt = instant(row, "starts_at").atZoneSameInstant(zone);
        var minutes = row.getInt("duration_minutes");
        return new Activity(
                row.getObject("activity_id", UUID.class),
                row.getObject("group_id", UUID.class),
                row.getString("title"),
                row.getString("description"),
                row.getString("place"),
                row.getString("online_url"),
                startsLocal,
                zone.getId(),
                row.getBoolean("all_day"),
                // What is measured has hours.
                null,
                null,
                minutes,
                row.getObject("capacity", Integer.class),
                row.getInt("guests_allowed"),
                row.getBoolean("waitlist"),
                instant(row, "signup_opens_at"),
                instant(row, "signup_closes_at"),
                row.getString("visibility"),
                startsAt.toOffsetDateTime(),
                startsAt.plusMinutes(minutes).toOffsetDateTime(),
                !startsAt.toLocalDateTime().equals(startsLocal),
                row.getString("state"),
                row.getObject("series_id", UUID.class),
                row.getBoolean("overridden"),
                row.getInt("version"),
                row.getInt("sequence"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static OffsetDateTime instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class);
    }

    private static String cursor(Activity activity) {
        var key = activity.startsAt().toInstant() + "/" + activity.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static ResponseEntity.BodyBuilder answer() {
        return ResponseEntity.ok().header("X-Request-Id", UUID.randomUUID().toString());
    }

    private static <T> ResponseEntity<T> answer(int version, T body) {
        return answer().eTag("\"" + version + "\"").body(body);
    }
}
