package org.muster.http;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.muster.limits.ConcurrencyLimit;
import org.muster.limits.ConcurrencyLimits;
import org.muster.problems.Problem;

/** The bodies that are arriving. Ends those that arrive too slowly, and of an address that has too many slow ones, the slowest. */
@ApplicationScoped
public class BodyArrivals {
    private static final Logger LOG = System.getLogger(BodyArrivals.class.getName());
    private static final Duration INTERVAL = Duration.ofMillis(500);

    @Resource
    ManagedThreadFactory threads;

    @Inject
    Admission admission;

    @Inject
    ConcurrencyLimits limits;

    private final Set<ArrivingBody> arriving = ConcurrentHashMap.newKeySet();
    private Thread watching;

    /** Reads the body, and has its request dispatched. */
    void await(ArrivingBody body) {
        arriving.add(body);
        watch();
        body.read(admission);
    }

    /** Has those looked through who wait for a body or for their turn. */
    synchronized void watch() {
        if (watching == null) {
            watching = threads.newThread(this::run);
            watching.start();
        }
    }

    @PreDestroy
    synchronized void stop() {
        if (watching != null) {
            watching.interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL.toMillis());
                try {
                    sweep();
                    admission.sweep();
                } catch (RuntimeException defect) {
                    LOG.log(Level.ERROR, "Requests that wait could not be looked through", defect);
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private void sweep() {
        arriving.removeIf(ArrivingBody::over);
        arriving.stream().filter(ArrivingBody::late).forEach(late -> late.refuse(Problem.bodyMissing()));
        arriving.stream()
                .filter(body -> !body.over() && body.slow())
                .collect(Collectors.groupingBy(ArrivingBody::address))
                .values()
                .forEach(this::refuseSurplus);
    }

    private void refuseSurplus(List<ArrivingBody> slow) {
        slow.stream()
                .sorted(Comparator.comparingDouble(ArrivingBody::bytesPerSecond))
                .limit(Math.max(0, slow.size() - ConcurrencyLimit.SLOW_BODIES.most()))
                .forEach(body ->
                        body.refuse(limits.refused(ConcurrencyLimit.SLOW_BODIES).header("Connection", "close")));
    }
}
