package org.muster.run;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What a process takes of the machine. */
public final class ProcessUsage {
    private ProcessUsage() {}

    /** The CPU time of all its threads since it began, in seconds. */
    public static double cpuSeconds(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
    }

    /** Its resident memory, in units of 10^6 bytes. */
    public static long residentMegabytes(ProcessHandle process) {
        try {
            var ps = new ProcessBuilder("ps", "-o", "rss=", "-p", String.valueOf(process.pid())).start();
            try (var output = ps.inputReader()) {
                return Long.parseLong(output.readLine().strip()) * 1024 / 1_000_000;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
