package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.connections.TransactionMark.Position;

class TransactionMarkTest {
    private static final TransactionMark MARK = new TransactionMark("731", new Position(2, 5_000, 100, "noon"));

    @ParameterizedTest
    @CsvSource({
        "the same server later,                          2, 9_000,   100, noon, true",
        "restarted after it had written it to disk,      2, 9_000, 5_000, one,  true",
        "restarted without that,                         2, 9_000, 4_999, one,  false",
        "restarted twice,                                2, 9_000,     0, two,  false",
        "its sessions restarted without that,            2, 9_000, 4_999, noon, false",
        "a standby that had it took over,                3, 9_000, 5_000, one,  true",
        "a standby without it took over,                 3, 9_000, 4_999, one,  false",
        "two took over one after the other,              4, 9_000, 8_000, two,  false",
        "another that is behind,                         1, 9_000, 8_000, two,  false"
    })
    void aServerThatHasReplayedWhatTheTransactionHadWrittenKnowsIt(
            String what, long timeline, String written, String replayed, String started, boolean known) {
        var now = new Position(timeline, number(written), number(replayed), started);

        assertThat(MARK.isKnownAt(now)).as(what).isEqualTo(known);
    }

    private static long number(String text) {
        return Long.parseLong(text.replace("_", ""));
    }
}
