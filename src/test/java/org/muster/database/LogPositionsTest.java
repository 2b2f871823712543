package org.muster.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogPositionsTest {
    private final LogPositions positions = new LogPositions();

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
    void dataFromBeforeAllThatIsKnownIsAtLeastThatOld() {
        at(100, 30);
        at(200, 0);

        assertThat(age(50)).isEqualTo(30);
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
