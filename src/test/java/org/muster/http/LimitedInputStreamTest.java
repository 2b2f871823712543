package org.muster.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

class LimitedInputStreamTest {
    @Test
    void whatIsSmallEnoughIsReadAsItIs() throws IOException {
        var body = new byte[1 << 20];
        body[0] = -1;

        assertThat(new LimitedInputStream(new ByteArrayInputStream(body), 1).readAllBytes())
                .isEqualTo(body);
        assertThat(new LimitedInputStream(new ByteArrayInputStream(body), 1).read())
                .isEqualTo(255);
        assertThat(new LimitedInputStream(InputStream.nullInputStream(), 1).read())
                .isEqualTo(-1);
    }

    @Test
    void moreThanItMayHaveIsTooLarge() {
        var body = new ByteArrayInputStream(new byte[(1 << 20) + 1]);

        assertThat(refused(new LimitedInputStream(body, 1))).isEqualTo(ProblemType.CONTENT_TOO_LARGE);
    }

    @Test
    void aConnectionThatIsLostIsNoFailureOfTheServer() {
        var lost = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("reset by peer");
            }
        };

        assertThat(refused(new LimitedInputStream(lost, 1))).isEqualTo(ProblemType.REQUEST_TIMEOUT);
    }

    @Test
    void whoSendsTooSlowlyIsNotWaitedFor() {
        var slow = new LimitedInputStream(new ByteArrayInputStream(new byte[2]), 1, new Pace(Duration.ZERO));

        assertThat(refused(slow)).isEqualTo(ProblemType.REQUEST_TIMEOUT);
    }

    private static ProblemType refused(LimitedInputStream body) {
        return catchThrowableOfType(Problem.class, body::readAllBytes).type();
    }
}
