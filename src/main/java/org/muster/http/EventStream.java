package org.muster.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A stream of server-sent events; closed from the start for a HEAD request. Sending never waits for the reader: events are queued, and
 * written when the connection accepts them. A stream costs no thread. One that makes no progress for {@link #STALL_TIMEOUT} counts as
 * closed.
 *
 * <p>It is written with the non-blocking I/O of Jakarta Servlet. {@code SseEventSink} blocks the sender on Payara, for as long as the
 * reader does not read.
 */
public final class EventStream {
    /** A stream with as many queued events is full. */
    public static final int CAPACITY = 400;

    static final Duration STALL_TIMEOUT = Duration.ofSeconds(10);

    private static final String ATTRIBUTE = EventStream.class.getName();
    /** Commits the response before the first event. */
    private static final String OPENING_COMMENT = ":\n\n";

    private final Queue<ServerSentEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicReference<Runnable> whenEmpty = new AtomicReference<>();
    private final long since = System.nanoTime();
    private volatile boolean closed;
    /** Since when it has waited for its connection to be opened, or to accept more. */
    private volatile Optional<Long> waitingSince = Optional.of(since);

    /** How often something has happened that {@link #advance} has not seen. Who makes it 1 has it advanced, by one thread. */
    private final AtomicInteger signals = new AtomicInteger();

    private volatile boolean writePossible;
    private volatile Connection connection;
    // These belong to the thread that advances.
    private boolean waiting;
    private boolean unflushed;
    private boolean completed;

    private record Connection(AsyncContext context, ServletOutputStream output) {}

    private final Executor writers;

    EventStream(Executor writers) {
        this.writers = writers;
    }

    void attachTo(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Returns the stream that was made for this request. */
    static Optional<EventStream> madeFor(HttpServletRequest request) {
        return Optional.ofNullable((EventStream) request.getAttribute(ATTRIBUTE));
    }

    /** Returns the response that begins the stream. */
    public Response response() {
        return Response.ok(
                        OPENING_COMMENT, MediaType.SERVER_SENT_EVENTS_TYPE.withCharset(StandardCharsets.UTF_8.name()))
                // Proxies must neither collect nor compress the events. The second header is nginx's.
                .header(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform, no-store")
                .header("X-Accel-Buffering", "no")
                .build();
    }

    /** Begins to write, after the beginning of the response has been written. */
    void open(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var context = request.startAsync();
        context.setTimeout(0);
        var output = response.getOutputStream();
        context.addListener(new Ending());
        connection = new Connection(context, output);
        try {
            output.setWriteListener(new Writing());
        } catch (IllegalStateException gone) {
            close();
            return;
        }
        // Payara does not call a new listener by itself.
        signal(Runnable::run);
    }

    /** Whether it is closed, by either side, or stalled. */
    public boolean closed() {
        return closed || waitingSince.filter(EventStream::stalled).isPresent();
    }

    private static boolean stalled(long since) {
        return System.nanoTime() - since > STALL_TIMEOUT.toNanos();
    }

    /** Whether the stream is older than this. */
    public boolean olderThan(Duration age) {
        return System.nanoTime() - since > age.toNanos();
    }

    /** Whether {@link #CAPACITY} events are queued. */
    public boolean full() {
        return queued.get() >= CAPACITY;
    }

    /** Whether all events have been written. */
    public boolean empty() {
        return queued.get() == 0;
    }

    /** Queues an event. */
    public void send(ServerSentEvent event) {
        queued.incrementAndGet();
        queue.add(event);
        signal(writers);
    }

    /** Has this run once when no events are queued, by a thread that must not be held up. It replaces one that has not run. */
    public void whenEmpty(Runnable action) {
        whenEmpty.set(action);
        signal(writers);
    }

    /** Closes the stream; drops what is queued. */
    public void close() {
        closed = true;
        signal(Runnable::run);
    }

    /** Has this executor write what can be written, unless a thread is about it. */
    private void signal(Executor executor) {
        if (signals.getAndIncrement() == 0) {
            executor.execute(this::advance);
        }
    }

    /** One thread at a time, without a lock: a server may call {@link Writing} with locks of its own. */
    private void advance() {
        var seen = 1;
        do {
            advanceOnce();
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }

    private void advanceOnce() {
        var open = connection;
        if (open == null || completed) {
            return;
        }
        if (writePossible) {
            writePossible = false;
            waiting = false;
        }
        if (!waiting) {
            waitingSince = Optional.empty();
        }
        try {
            while (!closed && !waiting) {
                if (!open.output.isReady()) {
                    waiting = true;
                    waitingSince = Optional.of(System.nanoTime());
                } else if (!write(open.output)) {
                    break;
                }
            }
        } catch (IOException | RuntimeException gone) {
            closed = true;
        }
        if (closed) {
            completed = true;
            queue.clear();
            complete(open.context);
        }
    }

    /** Writes an event, or flushes if there is none. Returns whether there was anything to do. */
    private boolean write(ServletOutputStream output) throws IOException {
        var event = queue.poll();
        if (event != null) {
            output.write(event.bytes());
            unflushed = true;
            queued.decrementAndGet();
            return true;
        }
        if (unflushed) {
            output.flush();
            unflushed = false;
            return true;
        }
        var action = whenEmpty.getAndSet(null);
        if (action != null) {
            action.run();
        }
        return action != null;
    }

    private static void complete(AsyncContext context) {
        try {
            context.complete();
        } catch (IllegalStateException over) {
            // The server has completed it.
        }
    }

    private final class Writing implements WriteListener {
        @Override
        public void onWritePossible() {
            writePossible = true;
            signal(Runnable::run);
        }

        @Override
        public void onError(Throwable gone) {
            close();
        }
    }

    private final class Ending implements AsyncListener {
        @Override
        public void onComplete(AsyncEvent event) {
            close();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            close();
        }

        @Override
        public void onError(AsyncEvent event) {
            close();
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            // It is started once.
        }
    }
}
