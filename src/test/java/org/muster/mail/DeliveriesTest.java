package org.muster.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.muster.database.Ids;
import org.muster.database.Sql;
import org.muster.database.TestPool;
import org.muster.mail.SmtpStub.Behaviour;
import org.muster.mail.SmtpStub.Taken;
import org.muster.metrics.Metrics;
import org.muster.settings.Settings;
import org.muster.settings.Settings.MailTls;

class DeliveriesTest {
    private final TestPool pool = TestPool.shared();
    private final Sql sql = pool.sql();
    private final Outbox outbox = new Outbox(sql);
    private final SmtpStub server = new SmtpStub();
    private final SmtpClient client = client(server.port());
    private final Deliveries deliveries = deliveries(client);
    private final UUID user = Ids.next();
    private final String address = user + "@example.org";

    private static SmtpClient client(int port) {
        var settings = new Settings.Mail(
                "localhost", port, MailTls.NONE, Optional.empty(), "muster@example.org", Optional.of("Müster"));
        return new SmtpClient(settings, Optional.empty(), Duration.ofMillis(500));
    }

    private Deliveries deliveries(MailClient used) {
        return new Deliveries(outbox, used, new MailMetrics(new Metrics(), outbox));
    }

    @BeforeEach
    void prepare() {
        sql.update("DELETE FROM mail_delivery");
        sql.update("""
                INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash, email_verified_at)
                VALUES (?, ?, ?, 'Ann', 'UTC', '', now())
                """, user, address, address);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void whatIsAcceptedIsDeleted() {
        add();

        assertThat(deliveries.next()).isZero();

        assertThat(server.taken()).extracting(Taken::recipient).containsExactly(address);
        assertThat(server.taken().get(0).text())
                .contains("Subject: =?UTF-8?Q?Caf=C3=A9?=")
                .contains("From: =?UTF-8?Q?M=C3=BCster?= <muster@example.org>")
                .contains("Auto-Submitted: auto-generated")
                .contains("List-Unsubscribe: <https://muster.example.org/u>")
                .contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
                .contains("multipart/alternative");
        assertThat(rows()).isEmpty();
        assertThat(deliveries.next()).isPositive();
    }

    @Test
    void whatIsAddedInATransactionThatIsRolledBackIsNotSent() {
        try {
            pool.inTransaction(() -> {
                add();
                throw new IllegalStateException("rolled back");
            });
        } catch (IllegalStateException expected) {
            // As it should be.
        }

        deliveries.next();

        assertThat(server.taken()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"DEFER", "REFUSE_SENDER", "DROP_IN_DATA"})
    void whatIsNotTakenForNowIsSentLater(Behaviour behaviour) {
        server.behave(behaviour);
        add();

        deliveries.next();

        assertThat(rows()).containsExactly("pending 1");
        assertThat(undeliverable()).isFalse();
        server.behave(Behaviour.ACCEPT);
        deliveries.next();
        assertThat(server.taken()).isEmpty();
        makeDue();
        deliveries.next();
        assertThat(server.taken()).hasSize(1);
        assertThat(rows()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Behaviour.class,
            names = {"HANG_AFTER_DATA", "DROP_AFTER_DATA"})
    void whatIsNotAcknowledgedIsSentAgainWithTheSameId(Behaviour behaviour) {
        server.behave(behaviour);
        add();

        deliveries.next();

        assertThat(failure()).isEqualTo("unacknowledged");
        server.behave(Behaviour.ACCEPT);
        makeDue();
        deliveries.next();
        assertThat(server.taken()).hasSize(2);
        assertThat(server.taken().get(0).id())
                .isEqualTo(server.taken().get(1).id())
                .endsWith("@example.org");
        assertThat(rows()).isEmpty();
    }

    @Test
    void aMessageThatIsRefusedIsGivenUpButItsAddressIsNotMarked() {
        server.behave(Behaviour.REFUSE_MESSAGE);
        add();

        deliveries.next();

        assertThat(rows()).containsExactly("failed 1");
        assertThat(failure()).isEqualTo("content-refused");
        assertThat(undeliverable()).isFalse();
    }

    @Test
    void whatIsRefusedIsGivenUpWithoutItsContentAndItsAddressMarked() {
        server.behave(Behaviour.REFUSE_RECIPIENT);
        add();

        deliveries.next();

        assertThat(rows()).containsExactly("failed 1");
        assertThat(failure()).isEqualTo("refused");
        assertThat(sql.list("SELECT body_text || body_html AS body FROM mail_delivery", row -> row.getString("body")))
                .containsExactly("");
        assertThat(undeliverable()).isTrue();

        server.behave(Behaviour.ACCEPT);
        add();
        deliveries.next();
        assertThat(undeliverable()).isFalse();
    }

    @Test
    void withoutAMailServerOneMailFindsOut() {
        server.close();
        add();
        add();

        assertThat(deliveries.next()).isGreaterThanOrEqualTo(Duration.ofSeconds(10));

        assertThat(rows()).containsExactly("pending 0", "pending 0");
    }

    @Test
    void whatIsNoAddressIsRefused() {
        outbox.add(mail("no address", Duration.ofDays(1)));

        deliveries.next();

        assertThat(failure()).isEqualTo("refused");
    }

    @Test
    void aMailIsClaimedByOneNodeAtATime() {
        add();

        var first = outbox.claim(Duration.ofMinutes(5));

        assertThat(first).isPresent();
        assertThat(outbox.claim(Duration.ofMinutes(5))).isEmpty();
        makeDue();
        var second = outbox.claim(Duration.ofMinutes(5));
        assertThat(second.orElseThrow().id()).isEqualTo(first.orElseThrow().id());
        outbox.fail(first.orElseThrow(), "late", true);
        assertThat(rows()).containsExactly("pending 2");
        outbox.sent(first.orElseThrow());
        assertThat(rows()).isEmpty();
    }

    @Test
    void whatIsTooOldIsGivenUp() {
        outbox.add(mail(address, Duration.ZERO));

        assertThat(outbox.claim(Duration.ofMinutes(5))).isEmpty();
        outbox.expire();

        assertThat(failure()).isEqualTo("expired");
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 30", "9, 14400", "99, 14400"})
    void pausesGrow(int attempts, int seconds) {
        assertThat(Deliveries.pause(attempts)).isEqualTo(Duration.ofSeconds(seconds));
    }

    private void add() {
        outbox.add(mail(address, Duration.ofDays(3)));
    }

    private OutgoingMail mail(String to, Duration lifetime) {
        return new OutgoingMail(
                "signup.promoted",
                Optional.of(user),
                to,
                Language.FR,
                new MailText("Café", "Une place\n.\n", "<p>Une place</p>"),
                Optional.empty(),
                Optional.of("https://muster.example.org/u"),
                lifetime);
    }

    private void makeDue() {
        sql.update("UPDATE mail_delivery SET next_attempt_at = now()");
    }

    private List<String> rows() {
        return sql.list(
                "SELECT state || ' ' || attempts AS line FROM mail_delivery ORDER BY delivery_id",
                row -> row.getString("line"));
    }

    private String failure() {
        return sql.list("SELECT failure FROM mail_delivery", row -> row.getString("failure"))
                .get(0);
    }

    private boolean undeliverable() {
        return sql.optional(
                        "SELECT email_undeliverable_at IS NOT NULL AS marked FROM user_account WHERE user_id = ?",
                        row -> row.getBoolean("marked"),
                        user)
                .orElseThrow();
    }
}
