package org.muster.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** A request body with a limit of size, which must begin within 10 s, and then arrive at 32 KiB/s. */
public final class LimitedInputStream extends FilterInputStream {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long NANOS_PER_BYTE = Duration.ofSeconds(1).toNanos() / (32 << 10);

    private final int mebibytes;
    private long end;
    private long left;

    public LimitedInputStream(InputStream body, int mebibytes) {
        this(body, mebibytes, PATIENCE);
    }

    LimitedInputStream(InputStream body, int mebibytes, Duration patience) {
        super(body);
        this.mebibytes = mebibytes;
        end = System.nanoTime() + patience.toNanos();
        left = (long) mebibytes << 20;
    }

    @Override
    public int read() throws IOException {
        var octet = new byte[1];
        return read(octet, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(octet[0]);
    }

    /** @throws Problem 413 if the body exceeds the limit, 408 if it does not arrive in time */
    @Override
    public int read(byte[] octets, int from, int most) {
        var count = count(octets, from, most);
        if (count > 0 && System.nanoTime() - end > 0) {
            throw Problem.bodyMissing();
        }
        end += Math.max(count, 0) * NANOS_PER_BYTE;
        left -= Math.max(count, 0);
        if (left < 0) {
            throw tooLarge(mebibytes);
        }
        return count;
    }

    private int count(byte[] octets, int from, int most) {
        try {
            return in.read(octets, from, most);
        } catch (IOException gone) {
            throw Problem.bodyMissing();
        }
    }

    /** 413: the body is larger than this number of MiB. */
    public static Problem tooLarge(int mebibytes) {
        return Problem.of(ProblemType.CONTENT_TOO_LARGE, "The body must not be larger than " + mebibytes + " MiB.");
    }
}
