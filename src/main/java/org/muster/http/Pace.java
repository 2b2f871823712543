package org.muster.http;

import java.time.Duration;

/** How fast a body must move: it has 10 s to begin, and then a second for each 32 KiB. */
final class Pace {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long NANOS_PER_BYTE = Duration.ofSeconds(1).toNanos() / (32 << 10);

    private long end;

    Pace() {
        this(PATIENCE);
    }

    Pace(Duration patience) {
        end = System.nanoTime() + patience.toNanos();
    }

    /** Notes that this many bytes have moved. Returns false if they have come too late. */
    boolean keptBy(int bytes) {
        var inTime = System.nanoTime() - end <= 0;
        end += bytes * NANOS_PER_BYTE;
        return inTime;
    }
}
