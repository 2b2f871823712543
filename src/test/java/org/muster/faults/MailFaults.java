package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.database.Ids;
import org.muster.mail.SmtpStub;
import org.muster.mail.SmtpStub.Behaviour;
import org.muster.mail.SmtpStub.Taken;
import org.muster.replication.ReplicatedDatabase;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;
import org.muster.users.Token;

/** The mail server, Muster or the database fails while people sign up: all whose sign-up was confirmed are told by mail. */
@ExtendWith(Rig.Shared.class)
class MailFaults {
    private static final int PEOPLE = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Report report;

    MailFaults(Report report) {
        this.report = report;
    }

    /** Somebody with an account. */
    private record Person(String address, Token token) {}

    /** Opens a connection to the database. */
    @FunctionalInterface
    private interface Connections {
        Connection open() throws SQLException;
    }

    @Test
    void theMailServerIsDown() throws Exception {
        var port = Server.freePort();
        try (var database = EmbeddedDatabase.temporary();
                var muster = started(database.environment(), port)) {
            var hike = hike(muster, database::connect);

            var confirmed = signUp(muster, hike, people(database::connect));
            LockSupport.parkNanos(Duration.ofSeconds(15).toNanos());
            try (var server = new SmtpStub(port)) {
                awaitSent(database::connect);

                report("mail server down for 15 s", confirmed, server.taken(), 0);
            }
        }
    }

    @Test
    void theMailServerHangsAfterData() throws Exception {
        try (var database = EmbeddedDatabase.temporary();
                var server = new SmtpStub();
                var muster = started(database.environment(), server.port())) {
            var hike = hike(muster, database::connect);
            server.behave(Behaviour.HANG_AFTER_DATA);

            var confirmed = signUp(muster, hike, people(database::connect));
            await("a mail to be taken", PATIENCE, () -> !server.taken().isEmpty());
            server.behave(Behaviour.ACCEPT);
            awaitSent(database::connect);

            report("mail server hangs after DATA, then works", confirmed, server.taken(), 1);
        }
    }

    @Test
    void theMailServerCutsConnectionsAfterDataAndAsksForPatience() throws Exception {
        try (var database = EmbeddedDatabase.temporary();
                var server = new SmtpStub();
                var muster = started(database.environment(), server.port())) {
            var hike = hike(muster, database::connect);
            server.behave(Behaviour.DROP_AFTER_DATA);

            var confirmed = signUp(muster, hike, people(database::connect));
            await("mails to be taken", PATIENCE, () -> server.taken().size() >= 5);
            server.behave(Behaviour.DEFER);
            LockSupport.parkNanos(Duration.ofSeconds(3).toNanos());
            server.behave(Behaviour.ACCEPT);
            awaitSent(database::connect);

            report(
                    "mail server cuts connections after DATA, then answers 451 for 3 s",
                    confirmed,
                    server.taken(),
                    PEOPLE);
        }
    }

    @Test
    void aNodeIsKilledBetweenSendingAndMarking() throws Exception {
        try (var database = EmbeddedDatabase.temporary();
                var server = new SmtpStub()) {
            List<String> confirmed;
            try (var killed = started(database.environment(), server.port())) {
                var hike = hike(killed, database::connect);
                server.behave(Behaviour.HANG_AFTER_DATA);
                confirmed = signUp(killed, hike, people(database::connect));
                await("a mail to be taken", PATIENCE, () -> !server.taken().isEmpty());
                killed.kill();
            }
            server.behave(Behaviour.ACCEPT);
            try (var next = started(database.environment(), server.port())) {
                awaitSent(database::connect);
                assertThat(Client.unvalidated(next.base()).get("/health/ready").status())
                        .isEqualTo(200);

                report("SIGKILL between sending and marking", confirmed, server.taken(), 1);
            }
        }
    }

    @Test
    void thePrimaryIsKilledAndTheStandbyIsPromoted() throws Exception {
        Assumptions.assumeTrue(
                ReplicatedDatabase.installed().isPresent(),
                "no pg_basebackup under /usr/lib/postgresql: install Debian's package postgresql");
        try (var database = ReplicatedDatabase.synchronous();
                var server = new SmtpStub();
                var muster = started(
                        Map.of(
                                "DB_HOST",
                                database.hosts(),
                                "DB_NAME",
                                "muster",
                                "DB_USER",
                                "muster",
                                "DB_PASSWORD",
                                database.password()),
                        server.port())) {
            var hike = hike(muster, database::connectToPrimary);
            var people = people(database::connectToPrimary);

            var confirmed = new ArrayList<>(signUp(muster, hike, people.subList(0, PEOPLE / 2)));
            database.killPrimary();
            confirmed.addAll(signUp(muster, hike, people.subList(PEOPLE / 2, PEOPLE / 2 + 1)));
            database.promoteStandby();
            muster.awaitReady(Duration.ofMinutes(1));
            confirmed.addAll(signUp(muster, hike, people.subList(PEOPLE / 2 + 1, PEOPLE)));
            awaitSent(() -> database.connectToStandby(0));

            report("primary killed, standby promoted", confirmed, server.taken(), PEOPLE);
        }
    }

    /** @param duplicates the most mails that may have been taken twice */
    private void report(String fault, List<String> confirmed, List<Taken> taken, int duplicates) {
        var told = new HashSet<>(taken.stream().map(Taken::recipient).toList());
        var untold =
                confirmed.stream().filter(address -> !told.contains(address)).toList();
        var messages = new HashSet<>(taken.stream().map(Taken::id).toList());
        var twice = taken.size() - messages.size();

        report.add(
                19,
                fault,
                "%d people to tell, %d untold; sent twice: %d".formatted(confirmed.size(), untold.size(), twice),
                confirmed.size(),
                untold.size());
        assertThat(untold).isEmpty();
        // The same mail again, not another one.
        assertThat(messages).hasSameSizeAs(told);
        assertThat(twice).isLessThanOrEqualTo(duplicates);
    }

    private static Server started(Map<String, String> database, int smtp) {
        var variables = new HashMap<>(database);
        variables.putAll(Map.of(
                "MUSTER_ENV_FILE", RunningMuster.emptyFile(),
                "SMTP_HOST", "localhost",
                "SMTP_PORT", String.valueOf(smtp),
                "SMTP_TLS", "none",
                "MAIL_FROM", "muster@example.org",
                "MUSTER_URL", "https://muster.example.org"));
        var server = Server.start(variables);
        server.awaitReady(Duration.ofSeconds(90));
        return server;
    }

    /** The path of a public activity, once mail is on. */
    private static String hike(Server muster, Connections connections) {
        await("mail is on", PATIENCE, () -> count(connections, "SELECT count(*) FROM mail_state WHERE enabled") == 1);
        var owner = Client.unvalidated(muster.base()).signedUp("Owner");
        var group = "/api/v1/groups/"
                + owner.post(
                                "/api/v1/groups",
                                "{'name':'Hikers','zone':'UTC','visibility':'public','joinPolicy':'open'}")
                        .id();
        var hike = group + "/activities/"
                + owner.post(
                                group + "/activities",
                                "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60,'visibility':'public'}")
                        .id();
        assertThat(owner.post(hike + "/publish").status()).isEqualTo(200);
        return hike;
    }

    private static List<Person> people(Connections connections) throws SQLException {
        var people = new ArrayList<Person>();
        try (var connection = connections.open();
                var insert = connection.prepareStatement("""
                        WITH account AS (
                            INSERT INTO user_account (user_id, email, email_key, display_name, zone, password_hash,
                                   email_verified_at)
                            VALUES (?, ?, ?, 'Ann', 'UTC', '', now())
                            RETURNING user_id, password_version
                        )
                        INSERT INTO user_session (token_hash, user_id, password_version, expires_at)
                        SELECT ?, user_id, password_version, now() + interval '1 day'
                          FROM account
                        """)) {
            for (var i = 0; i < PEOPLE; i++) {
                var id = Ids.next();
                var person = new Person(id + "@example.org", Token.random());
                insert.setObject(1, id);
                insert.setString(2, person.address);
                insert.setString(3, person.address);
                insert.setBytes(4, person.token.hash());
                insert.executeUpdate();
                people.add(person);
            }
        }
        return people;
    }

    /** Signs these people up, and returns the addresses of those whose sign-up was confirmed. */
    private static List<String> signUp(Server muster, String hike, List<Person> people) {
        var confirmed = new ArrayList<String>();
        for (var person : people) {
            var answer = Client.unvalidated(muster.base())
                    .with("Authorization", "Bearer " + person.token.value())
                    .with("Content-Type", "application/json")
                    .send("PUT", hike + "/signups/me", Client.json("{'guests':0}"));
            if (answer.status() == 201) {
                confirmed.add(person.address);
            }
        }
        return confirmed;
    }

    private static void awaitSent(Connections connections) {
        Callable<Boolean> sent = () -> count(
                        connections,
                        "SELECT (SELECT count(*) FROM mail_notice)"
                                + " + (SELECT count(*) FROM mail_delivery WHERE state = 'pending')")
                == 0;
        await("all mail to be sent", PATIENCE, sent);
    }

    private static int count(Connections connections, String query) throws SQLException {
        try (var connection = connections.open();
                var rows = connection.createStatement().executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
