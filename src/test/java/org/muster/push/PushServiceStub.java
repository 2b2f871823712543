package org.muster.push;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.muster.Await;

/** A push service on this machine. It keeps what it gets, and answers each subscription as it is told. */
public final class PushServiceStub implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int CREATED = 201;
    private static final int NO_ANSWER = 0;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);

    public PushServiceStub() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(threads);
        server.createContext("/", this::receive);
        server.start();
    }

    /** A request that was made to a subscription. */
    public record Received(URI endpoint, Map<String, List<String>> headers, byte[] body) {
        String header(String name) {
            return headers.get(name).get(0);
        }
    }

    /** The origin, for {@code PUSH_ORIGINS}. */
    public String origin() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    /** The endpoint of another subscription. */
    public URI endpoint() {
        return URI.create(origin() + "/push/" + UUID.randomUUID());
    }

    /** Answers requests to this endpoint with this status from now on. */
    void answer(URI endpoint, int status) {
        answers.put(endpoint.getPath(), status);
    }

    /** Answers nothing, from now on. */
    void answerNothing(URI endpoint) {
        answer(endpoint, NO_ANSWER);
    }

    List<Received> received(URI endpoint) {
        return received.stream().filter(one -> one.endpoint.equals(endpoint)).toList();
    }

    /** Waits for the request that comes after this number of others. */
    public Received await(URI endpoint, int earlier) {
        Await.await("a message", PATIENCE, () -> received(endpoint).size() == earlier + 1);
        return received(endpoint).get(earlier);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var headers = Map.copyOf(exchange.getRequestHeaders());
            var body = exchange.getRequestBody().readAllBytes();
            received.add(new Received(URI.create(origin() + path), headers, body));
            var status = answers.getOrDefault(path, CREATED);
            if (status == NO_ANSWER) {
                closing.await();
                return;
            }
            if (status == 302) {
                exchange.getResponseHeaders().set("Location", origin() + "/redirected");
            }
            if (status == 429) {
                exchange.getResponseHeaders().set("Retry-After", "120");
            }
            exchange.sendResponseHeaders(status, -1);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
