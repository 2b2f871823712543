package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogPositionsTest {
    private final LogPositions positions = new LogPositions(Duration.ofMinutes(1));

    private void at(long position, int secondsAgo) {
        positions.add(position, System.nanoTime() - TimeUnit.SECONDS.toNanos(secondsAgo));
    }

    private long age(long position) {
        return positions.age(position).orElseThrow().toSeconds();
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertThat(positions.age(1)).isEmpty();
        assertThat(positions.behind(1)).isEmpty();
        assertThat(positions.current()).isFalse();
    }

    @Test
    void dataIsAsOldAsTheLastMomentAtWhichThePrimaryWasNotFurther() {
        at(100, 30);
        at(200, 20);
        at(300, 1);

        assertThat(age(300)).isEqualTo(1);
        assertThat(age(1_000)).isEqualTo(1);
        assertThat(age(299)).isEqualTo(20);
        assertThat(age(100)).isEqualTo(30);
        assertThat(positions.behind(299))
                .hasValueSatisfying(behind -> assertThat(behind.toSeconds()).isEqualTo(19));
        assertThat(positions.current()).isTrue();
    }

    @Test
    void whileNothingIsWrittenDataStaysCurrent() {
        at(100, 30);
        at(100, 0);

        assertThat(age(100)).isZero();
        assertThat(positions.behind(100)).contains(Duration.ZERO);
    }

    @Test
    void howOldDataFromBeforeAllThatIsKnownIsIsNotKnown() {
        at(100, 30);
        at(200, 0);

        assertThat(positions.age(99)).isEmpty();
        assertThat(positions.behind(99)).isEmpty();
        assertThat(positions.memory().toSeconds()).isEqualTo(30);
    }

    @Test
    void aReplicaThatMissedTheLastWriteStaysOldWhileNothingElseIsWritten() {
        at(100, 3_000);
        at(200, 2_000);
        at(200, 0);

        assertThat(age(150)).isEqualTo(3_000);
        assertThat(positions.behind(150))
                .hasValueSatisfying(behind -> assertThat(behind.toSeconds()).isEqualTo(3_000));
    }

    @Test
    void positionsAreForgottenSomeTimeAfterThePrimaryWasFurther() {
        at(100, 300);
        at(200, 200);
        at(300, 100);
        at(400, 0);

        assertThat(positions.age(299)).isEmpty();
        assertThat(age(300)).isEqualTo(100);
    }

    @Test
    void positionsThatANewPrimaryHasNotReachedAreForgotten() {
        at(100, 30);
        at(200, 20);
        at(150, 0);

        assertThat(age(199)).isZero();
        assertThat(age(149)).isEqualTo(30);
    }

    @Test
    void thePrimaryIsUnknownSomeTimeAfterItWasLastAsked() {
        at(100, 3);

        assertThat(positions.current()).isFalse();
    }
}
