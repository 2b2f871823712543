package org.muster.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** A request body with a limit of size, and of {@link Pace}. */
public final class LimitedInputStream extends FilterInputStream {
    private final int mebibytes;
    private final Pace pace;
    private long left;

    public LimitedInputStream(InputStream body, int mebibytes) {
        this(body, mebibytes, new Pace());
    }

    LimitedInputStream(InputStream body, int mebibytes, Pace pace) {
        super(body);
        this.mebibytes = mebibytes;
        this.pace = pace;
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
        if (count <= 0) {
            return count;
        }
        if (!pace.keptBy(count)) {
            throw Problem.bodyMissing();
        }
        left -= count;
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
