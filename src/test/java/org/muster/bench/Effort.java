package org.muster.bench;

/**
 * How much is measured. Each figure is the system property {@code bench.NAME} or its default.
 *
 * @param rounds how often each figure is taken; its median counts
 * @param seconds that each load lasts
 * @param warmup seconds of load before, for each server
 * @param starts how often each server is started
 * @param rest seconds between a server's start and the reading of its memory
 * @param groups of the large database: each has 100 activities and 500 sign-ups
 */
record Effort(int rounds, int seconds, int warmup, int starts, int rest, int groups) {
    static Effort wanted() {
        return new Effort(
                figure("rounds", 5),
                figure("seconds", 8),
                figure("warmup", 120),
                figure("starts", 3),
                figure("rest", 30),
                figure("groups", 10_000));
    }

    private static int figure(String name, int standard) {
        return Integer.getInteger("bench." + name, standard);
    }
}
