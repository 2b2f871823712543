package org.muster.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import org.muster.Await;
import org.muster.Client;
import org.muster.run.ProcessUsage;
import org.muster.run.Server;

/** A server of one stack, which has become ready. */
final class Running implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final URI base;
    private final ProcessHandle process;
    private final Runnable stop;
    private final double startSeconds;
    private final double startCpuSeconds;

    private Running(URI base, ProcessHandle process, Runnable stop, double startSeconds) {
        this.base = base;
        this.process = process;
        this.stop = stop;
        this.startSeconds = startSeconds;
        startCpuSeconds = ProcessUsage.cpuSeconds(process);
    }

    /**
     * What one load came to.
     *
     * @param cpuMicros of the server's process for a request
     */
    record Figures(double perSecond, double cpuMicros, double p50, double p99) {}

    /** Awaits that this server of Muster's, just started, is ready. */
    static Running of(Server server) {
        var since = System.nanoTime();
        server.awaitReady(PATIENCE);
        return new Running(server.base(), server.process(), server::close, seconds(since));
    }

    /** Awaits that this process, just started, answers there. */
    static Running of(Process process, URI base) {
        var since = System.nanoTime();
        var stop = new Thread(() -> {
            process.destroy();
            process.onExit().join();
        });
        Runtime.getRuntime().addShutdownHook(stop);
        var client = Client.unvalidated(base);
        Await.await(
                "a server at " + base,
                PATIENCE,
                () -> !process.isAlive() || client.get("/health/ready").status() == 200);
        assertThat(process.isAlive()).as("the server at " + base).isTrue();
        return new Running(base, process.toHandle(), stop::run, seconds(since));
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    URI base() {
        return base;
    }

    double startSeconds() {
        return startSeconds;
    }

    double startCpuSeconds() {
        return startCpuSeconds;
    }

    long residentMegabytes() {
        return ProcessUsage.residentMegabytes(process);
    }

    /** Lets so many clients make these requests; all must succeed. */
    Figures load(String requests, int clients, int seconds) {
        var before = ProcessUsage.cpuSeconds(process);
        var figures = Wrk.run(base, requests, clients, seconds);
        var cpu = ProcessUsage.cpuSeconds(process) - before;
        assertThat(figures.failed()).as("failed requests to " + base).isZero();
        return new Figures(
                figures.perSecond(), cpu * 1e6 / Math.max(figures.requests(), 1), figures.p50(), figures.p99());
    }

    @Override
    public void close() {
        stop.run();
    }
}
