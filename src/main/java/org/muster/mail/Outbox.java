package org.muster.mail;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.muster.database.Ids;
import org.muster.database.Parameters;
import org.muster.database.Sql;

/** The mail to send, in SQL. A mail that was accepted is deleted; one that failed remains for 30 days, without its content. */
public final class Outbox {
    private static final String ADD = """
            INSERT INTO mail_delivery (delivery_id, kind, user_id, address, language, subject, body_text, body_html, calendar,
                   unsubscribe_url, expires_at)
            VALUES (?, ?, ?::uuid, ?, ?, ?, ?, ?, ?::text, ?::text, now() + ? * interval '1 second')
            """;

    private static final String CLAIM = """
            UPDATE mail_delivery
               SET lease = ?, attempts = attempts + 1, next_attempt_at = now() + ? * interval '1 second'
             WHERE delivery_id = (SELECT delivery_id
                                    FROM mail_delivery
                                   WHERE state = 'pending' AND next_attempt_at <= now() AND expires_at > now()
                                   ORDER BY unsubscribe_url IS NOT NULL, next_attempt_at, delivery_id
                                   LIMIT 1
                                     FOR UPDATE SKIP LOCKED)
            RETURNING delivery_id, lease, kind, user_id, address, language, subject, body_text, body_html, calendar,
                      unsubscribe_url, attempts
            """;

    private static final String SENT = """
            WITH sent AS (
                DELETE FROM mail_delivery
                 WHERE delivery_id = ?
                RETURNING user_id, address
            )
            UPDATE user_account
               SET email_undeliverable_at = NULL
              FROM sent
             WHERE user_account.user_id = sent.user_id AND email = address AND email_undeliverable_at IS NOT NULL
            """;

    private static final String RETRY = """
            UPDATE mail_delivery
               SET lease = NULL, failure = ?, attempts = attempts - ?, next_attempt_at = now() + ? * interval '1 second'
             WHERE delivery_id = ? AND lease = ?
            """;

    private static final String FAIL = """
            WITH failed AS (
                UPDATE mail_delivery
                   SET state = 'failed', lease = NULL, failure = ?, body_text = '', body_html = '', calendar = NULL
                 WHERE delivery_id = ? AND lease = ?
                RETURNING user_id, address
            )
            UPDATE user_account
               SET email_undeliverable_at = now()
              FROM failed
             WHERE user_account.user_id = failed.user_id AND email = address AND ?
            """;

    private static final String EXPIRE = """
            UPDATE mail_delivery
               SET state = 'failed', lease = NULL, failure = COALESCE(failure, 'expired'), body_text = '', body_html = '',
                   calendar = NULL
             WHERE state = 'pending' AND expires_at <= now() AND next_attempt_at <= now()
            """;

    private static final String FORGET = """
            DELETE FROM mail_delivery
             WHERE state = 'failed' AND created_at < now() - interval '30 days'
            """;

    private static final String ENABLE = """
            UPDATE mail_state
               SET enabled = true, sent = given.sends, seen_at = now()
              FROM (VALUES (?::boolean)) AS given (sends)
             WHERE NOT enabled OR sent <> given.sends OR seen_at < now() - interval '30 seconds'
            """;

    private static final String DISABLE = """
            UPDATE mail_state
               SET enabled = false, sent = false
             WHERE enabled AND seen_at < now() - interval '5 minutes'
            """;

    /** The name that {@code mvn -Prun} starts its database with. */
    private static final String OF_DEVELOPER = """
            SELECT current_setting('cluster_name') = 'muster-development' AS own
            """;

    private static final String STATUS = """
            SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'failed') AS failed,
                   COALESCE(extract(epoch FROM now() - min(created_at) FILTER (WHERE state = 'pending')), 0) AS oldest,
                   (SELECT count(*) FROM user_account WHERE email_undeliverable_at IS NOT NULL) AS undeliverable
              FROM mail_delivery
            """;

    private final Sql sql;

    public Outbox(Sql sql) {
        this.sql = sql;
    }

    /** A mail that was claimed for an attempt to send it. */
    record Claimed(UUID id, UUID lease, OutgoingMail mail, int attempts) {}

    /**
     * Has notices made, in the transactions that cause them. To be repeated each minute.
     *
     * @param sends whether mail reaches people
     */
    void enable(boolean sends) {
        sql.update(ENABLE, sends);
    }

    /**
     * Has no more notices made, if no node has wanted them for some minutes.
     *
     * @return whether they were made before
     */
    boolean disable() {
        return sql.update(DISABLE) == 1;
    }

    /** Whether the database is the one that {@code mvn -Prun} starts, which nobody else uses. */
    boolean ofDeveloper() {
        return sql.optional(OF_DEVELOPER, row -> row.getBoolean("own")).orElse(false);
    }

    /** Adds a mail. It is sent once the caller's transaction has committed. */
    public void add(OutgoingMail mail) {
        sql.update(
                ADD,
                new Parameters()
                        .set("delivery_id", Ids.next())
                        .set("kind", mail.kind())
                        .set("user_id", mail.user().orElse(null))
                        .set("address", mail.address())
                        .set("language", mail.language().code())
                        .set("subject", mail.text().subject())
                        .set("body_text", mail.text().text())
                        .set("body_html", mail.text().html())
                        .set("calendar", mail.calendar().orElse(null))
                        .set("unsubscribe_url", mail.unsubscribe().orElse(null))
                        .set("expires_at", mail.lifetime().toSeconds())
                        .values());
    }

    /**
     * Claims the mail that has waited longest. No node claims it again within the lease.
     *
     * @return empty if none is due
     */
    Optional<Claimed> claim(Duration lease) {
        return sql.optional(CLAIM, Outbox::claimed, UUID.randomUUID(), lease.toSeconds());
    }

    /** Deletes a mail that was accepted, whoever has claimed it meanwhile. Its address can be delivered to. */
    void sent(Claimed mail) {
        sql.update(SENT, mail.id);
    }

    /**
     * Leaves a mail for another attempt after this time, unless its lease has ended.
     *
     * @param counted whether this attempt counts
     */
    void retry(Claimed mail, String failure, boolean counted, Duration after) {
        sql.update(RETRY, failure, counted ? 0 : 1, after.toSeconds(), mail.id, mail.lease);
    }

    /**
     * Gives a mail up, unless its lease has ended.
     *
     * @param undeliverable whether its address was refused
     */
    void fail(Claimed mail, String failure, boolean undeliverable) {
        sql.update(FAIL, failure, mail.id, mail.lease, undeliverable);
    }

    /** Gives up what is not worth sending any more, and deletes what failed long ago. */
    void expire() {
        sql.update(EXPIRE);
        sql.update(FORGET);
    }

    /**
     * How it is with the outbox.
     *
     * @param oldest the age of the oldest mail that has not been sent
     * @param undeliverable the number of accounts with an address that was refused
     */
    record Status(long pending, long failed, Duration oldest, long undeliverable) {}

    Status status() {
        return sql.optional(STATUS, Outbox::status).orElseThrow();
    }

    private static Status status(ResultSet row) throws SQLException {
        return new Status(
                row.getLong("pending"),
                row.getLong("failed"),
                Duration.ofSeconds(row.getLong("oldest")),
                row.getLong("undeliverable"));
    }

    private static Claimed claimed(ResultSet row) throws SQLException {
        return new Claimed(
                row.getObject("delivery_id", UUID.class),
                row.getObject("lease", UUID.class),
                new OutgoingMail(
                        row.getString("kind"),
                        Optional.ofNullable(row.getObject("user_id", UUID.class)),
                        row.getString("address"),
                        Language.of(row.getString("language")),
                        new MailText(row.getString("subject"), row.getString("body_text"), row.getString("body_html")),
                        Optional.ofNullable(row.getString("calendar")),
                        Optional.ofNullable(row.getString("unsubscribe_url")),
                        OutgoingMail.LONGEST_LIFETIME),
                row.getInt("attempts"));
    }
}
