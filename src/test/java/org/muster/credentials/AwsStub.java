package org.muster.credentials;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A stub of a service of AWS on localhost. */
abstract class AwsStub implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final String mediaType;

    /** What the stub sends. */
    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /** @param mediaType of the service's answers */
    AwsStub(String mediaType) {
        this.mediaType = mediaType;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(executor);
    }

    /** Answers requests from now on. */
    final void start() {
        server.createContext("/", this::handle);
        server.start();
    }

    abstract void handle(HttpExchange exchange) throws IOException;

    /** Returns the URL for the SDK's endpoint variable. */
    public final String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    final void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", mediaType);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Returns when the stub is closed. */
    final void await() {
        try {
            closed.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public final void close() {
        closed.countDown();
        server.stop(0);
        executor.shutdownNow();
    }
}
