package org.muster.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.muster.problems.Problem;
import org.muster.proxies.ClientAddress;

/** A body that is arriving. The request is dispatched when all of it is there, or when it will not be. */
final class ArrivingBody implements ReadListener, AsyncListener {
    /** The first byte must arrive in this time. */
    private static final Duration FIRST_BYTE = Duration.ofSeconds(10);
    /** From then on so many bytes must arrive in a second, on average. */
    private static final int MIN_BYTES_PER_SECOND = 1_024;

    private static final Duration PER_MEBIBYTE = Duration.ofSeconds(30);
    private static final int BUFFER = 8_192;

    private final AsyncContext context;
    private final ArrivedRequest request;
    private final ServletInputStream input;
    private final int most;
    private final String address;
    private final long since = System.nanoTime();
    private final TemporaryBuffer bytes;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long count;
    private final Execution execution;
    private volatile Admission admission;

    /** @param most the most bytes that are read */
    ArrivingBody(HttpServletRequest request, HttpServletResponse response, int most, Execution execution)
            throws IOException {
        this.execution = execution;
        this.most = most;
        bytes = new TemporaryBuffer();
        address = ClientAddress.of(request).network();
        input = request.getInputStream();
        this.request = new ArrivedRequest(request, bytes);
        context = request.startAsync(this.request, response);
        context.setTimeout(2 * longest(most).toMillis());
        context.addListener(this);
        context.addListener(execution);
    }

    /** Reads it, and then has the request wait for its turn. */
    void read(Admission admission) {
        this.admission = admission;
        input.setReadListener(this);
    }

    private static Duration longest(int most) {
        return PER_MEBIBYTE.multipliedBy(most >> 20);
    }

    @Override
    public void onDataAvailable() throws IOException {
        var buffer = new byte[BUFFER];
        while (!over.get() && input.isReady()) {
            var read = input.read(buffer);
            if (read > 0) {
                bytes.write(buffer, 0, read);
                count = bytes.size();
            }
            // Whoever reads a body that is too large finds that out.
            if (read < 0 || count > most || input.isFinished()) {
                onAllDataRead();
            }
        }
    }

    @Override
    public void onAllDataRead() {
        end(Optional.empty());
    }

    @Override
    public void onError(Throwable gone) {
        end(Optional.of(Problem.bodyMissing()));
    }

    /** Has the request answered with a problem instead. */
    void refuse(Problem problem) {
        end(Optional.of(problem));
    }

    private void end(Optional<Problem> failure) {
        if (over.compareAndSet(false, true)) {
            if (failure.isPresent()) {
                RefusedRequestFilter.refuse(request, failure.get());
                Admission.dispatch(context);
            } else {
                admission.await(context, execution);
            }
        }
    }

    @Override
    public void onComplete(AsyncEvent event) throws IOException {
        over.set(true);
        bytes.close();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // Completion follows.
    }

    @Override
    public void onError(AsyncEvent event) {
        // Completion follows.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }

    boolean over() {
        return over.get();
    }

    String address() {
        return address;
    }

    /** Whether it has not arrived within a second. */
    boolean slow() {
        return seconds() > 1;
    }

    double bytesPerSecond() {
        return count / Math.max(seconds(), 1e-3);
    }

    /** Whether it takes longer than a body may. */
    boolean late() {
        var seconds = seconds();
        var grace = FIRST_BYTE.toSeconds();
        return seconds > grace && (count == 0 || count < (seconds - grace) * MIN_BYTES_PER_SECOND)
                || seconds > longest(most).toSeconds();
    }

    private double seconds() {
        return (System.nanoTime() - since) / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
