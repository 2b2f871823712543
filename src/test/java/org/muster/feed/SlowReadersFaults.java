package org.muster.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.EventReader;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

/** Readers of the change feed that stop reading. */
@ExtendWith(RunningMuster.class)
class SlowReadersFaults {
    private static final int CHANGES_PER_ROUND = 5_000;
    /** Then a stream has 15 MB. On the loopback interface Payara and the kernel accept 11 MB for a reader that reads nothing. */
    private static final int ROUNDS = 14;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Client nobody;
    private final EmbeddedDatabase database;
    private final URI base;
    private final Client olga;
    private final UUID id;

    SlowReadersFaults(Client nobody, EmbeddedDatabase database, URI base) {
        this.nobody = nobody;
        this.database = database;
        this.base = base;
        olga = nobody.signedUp("Olga");
        id = olga.post("/api/v1/groups", "{'name':'Slow','zone':'UTC','visibility':'public'}")
                .id();
    }

    @Test
    void theyHoldNobodyUpAndAreClosed() throws Exception {
        var slow = new ArrayList<EventReader>();
        try (var reader = follow()) {
            for (var i = 0; i < 8; i++) {
                slow.add(follow());
            }
            reader.readUntil(": following", PATIENCE);
            for (var stopped : slow) {
                stopped.readUntil(": following", PATIENCE);
            }

            for (var round = 0; round < ROUNDS; round++) {
                change(CHANGES_PER_ROUND);
                for (var i = 0; i < CHANGES_PER_ROUND; i++) {
                    reader.readUntil("data: ", Duration.ofSeconds(5));
                }
            }
            // For longer than a stream may make no progress.
            var end = System.nanoTime() + Duration.ofSeconds(15).toNanos();
            while (System.nanoTime() < end) {
                change(1);
                reader.readUntil("data: ", Duration.ofSeconds(3));
            }
            await("the end of a stream that was not read", PATIENCE, slow.get(0)::ended);

            change(1);
            reader.readUntil("data: ", Duration.ofSeconds(3));
        } finally {
            for (var stopped : slow) {
                stopped.close();
            }
        }
    }

    /** It may be closed for its pause: then it follows again after the last change that it has read. */
    @Test
    void aReaderThatPausesMissesNothing() throws Exception {
        var ids = new LinkedHashSet<String>();
        var reader = follow();
        try {
            reader.readUntil(": following", PATIENCE);
            for (var round = 0; round < ROUNDS; round++) {
                change(CHANGES_PER_ROUND);
            }

            // Of the first event, which says where the stream begins.
            var last = reader.readUntil("id: ", PATIENCE);
            var closings = 0;
            while (ids.size() < ROUNDS * CHANGES_PER_ROUND) {
                try {
                    var id = reader.readUntil("id: ", PATIENCE);
                    // What is cut off when the stream is closed is no event, and half an id no place to go on from.
                    reader.readUntil("data: ", PATIENCE);
                    last = id;
                    ids.add(last);
                } catch (IllegalStateException closed) {
                    assertThat(++closings).isLessThan(3);
                    reader.close();
                    reader = followAfter(last);
                }
            }

            assertThat(olga.get(path() + "?after=" + last.substring("id: ".length()))
                            .items())
                    .isEmpty();
        } finally {
            reader.close();
        }
    }

    @Test
    void anIdleReaderCostsNoThread() throws Exception {
        var readers = new ArrayList<EventReader>();
        try (var first = follow()) {
            first.readUntil(": following", PATIENCE);
            var before = threads();
            // One after the other: many requests at once need many threads.
            var path = "/api/v1/groups/" + id;
            for (var member : Organizers.of(database, nobody, path, 20)) {
                for (var i = 0; i < 10; i++) {
                    var reader = new EventReader(base, path + "/changes", member);
                    readers.add(reader);
                    reader.readUntil(": following", PATIENCE);
                }
            }
            var with = threads();

            System.out.printf("200 event streams: %d threads before, %d with them%n", before, with);
            // The server's pools may still grow a little.
            assertThat(with - before).isLessThan(50);
        } finally {
            for (var reader : readers) {
                reader.close();
            }
        }
    }

    private EventReader follow() throws Exception {
        return new EventReader(base, path(), olga);
    }

    private EventReader followAfter(String event) throws Exception {
        return new EventReader(base, path() + "?after=" + event.substring("id: ".length()), olga);
    }

    private String path() {
        return "/api/v1/groups/" + id + "/changes";
    }

    private void change(int times) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var statement = connection.createStatement()) {
            statement.execute("""
                    DO $$
                    BEGIN
                        FOR i IN 1..%d LOOP
                            UPDATE user_group SET description = 'Change ' || i WHERE group_id = '%s';
                        END LOOP;
                    END
                    $$
                    """.formatted(times, id));
        }
    }

    private int threads() {
        return nobody.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_threads_live_threads"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }
}
