package org.muster.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.Server;

/** Clients that send a body slowly hold nobody up. */
@ExtendWith(RunningMuster.class)
class SlowBodiesIT {
    /** More than a server has threads. */
    private static final int MANY = 600;

    /** Of an address. */
    private static final int WAITED_FOR = 20;

    private final Client nobody;
    private final URI base;
    private final Server server;
    private final List<Socket> sockets = new ArrayList<>();

    SlowBodiesIT(Client nobody, Server server) {
        this.nobody = nobody;
        this.server = server;
        base = server.base();
    }

    @AfterEach
    void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"})
    void manyBodiesThatDoNotArriveHoldNobodyUp(String body) throws Exception {
        var ann = nobody.signedUp("Ann");
        for (var i = 0; i < MANY; i++) {
            send("POST /api/v1/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + body);
        }

        var since = System.nanoTime();
        assertThat(nobody.get("/health/live").status()).isEqualTo(200);
        assertThat(ann.patch("/api/v1/me", "{'displayName':'Anna'}").status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(3));

        var answers = new ArrayList<String>();
        for (var socket : sockets) {
            answers.add(firstLine(socket));
        }
        assertThat(answers)
                .filteredOn(line -> line.matches("HTTP/1.1 (429|503).*"))
                .hasSize(MANY - WAITED_FOR);
        assertThat(answers).filteredOn(String::isEmpty).hasSize(WAITED_FOR);
        assertThat(nobody.get("/metrics").body()).contains("muster_limits_refused_total{limit=\"slow-bodies\"}");
    }

    /** Many clients send the head of a request and its body in two packets. */
    @Test
    void bodiesThatArriveALittleLaterAreRead() throws Exception {
        var executor = Executors.newFixedThreadPool(8);
        try {
            var sent = IntStream.range(0, 8)
                    .mapToObj(any -> executor.submit(this::sendInTwo))
                    .toList();
            for (var all : sent) {
                assertThat(all.get()).isEqualTo(200);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** Returns the number of requests that were answered as they should be. */
    private int sendInTwo() throws IOException {
        var body = "{\"email\":\"two\",\"password\":\"\"}";
        var answered = 0;
        for (var i = 0; i < 200; i++) {
            try (var socket = new Socket(base.getHost(), base.getPort())) {
                socket.setTcpNoDelay(true);
                socket.setSoTimeout(20_000);
                socket.getOutputStream()
                        .write(
                                ("POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                                + "Content-Length: " + body.length() + "\r\n\r\n")
                                        .getBytes(US_ASCII));
                socket.getOutputStream().flush();
                socket.getOutputStream().write(body.getBytes(US_ASCII));
                if (firstLine(socket).startsWith("HTTP/1.1 422")) {
                    answered++;
                }
            }
        }
        return answered;
    }

    @Test
    void aBodyThatArrivesInPiecesIsRead() throws Exception {
        var body = "{\"email\":\"pieces\",\"password\":\"correct horse\"}";
        var socket = send("POST /api/v1/sessions HTTP/1.1\r\n"
                + "Host: localhost\r\n"
                + "Content-Type: application/json\r\n"
                + "Content-Length: "
                + body.length() + "\r\n\r\n");
        for (var octet : body.getBytes(US_ASCII)) {
            socket.getOutputStream().write(octet);
            socket.getOutputStream().flush();
        }

        socket.setSoTimeout(20_000);
        assertThat(firstLine(socket)).startsWith("HTTP/1.1 401");
    }

    @Test
    void whoSendsTooSlowlyIsNotWaitedFor() throws Exception {
        var request = "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1000\r\n\r\n{";
        var silent = send(request);
        var slow = send(request);
        var since = System.nanoTime();

        await("the end of the slow one", Duration.ofSeconds(30), () -> {
            slow.getOutputStream().write(' ');
            return firstLine(slow).startsWith("HTTP/1.1 408");
        });
        silent.setSoTimeout(10_000);
        // Not every server has one for it: then the connection is closed.
        assertThat(firstLine(silent)).matches("|HTTP/1.1 408.*");
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(25));
    }

    /** Jersey would wait for it, and log the path. */
    @Test
    void aFormIsRefusedUnread() throws Exception {
        var before = Files.size(server.log());
        for (var target : List.of(
                "POST /api/v1/sessions",
                "POST /api/v1/nothing",
                "PATCH /api/v1/me",
                "DELETE /api/v1/sessions",
                "POST /")) {
            var form = send(target + "?secret=a HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\n");
            form.setSoTimeout(5_000);
            assertThat(firstLine(form)).as(target).startsWith("HTTP/1.1 4");
        }
        var form = send("GET /api/v1/groups?q=secret HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n\r\n");
        form.setSoTimeout(5_000);
        assertThat(firstLine(form)).startsWith("HTTP/1.1 200");

        assertThat(logged(before)).doesNotContain("secret", "\tat ");
    }

    /** Servers that know no other protocol answer in this one. */
    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"})
    void aRequestToChangeTheProtocolIsAnsweredAtOnce(String method) throws Exception {
        for (var protocol : List.of("websocket", "h2c", "TLS/1.0", "odd")) {
            var socket =
                    send(method + " /api/v1/groups HTTP/1.1\r\nHost: localhost\r\nUpgrade: " + protocol + "\r\n\r\n");
            socket.setSoTimeout(10_000);
            assertThat(firstLine(socket))
                    .as(protocol)
                    .startsWith(method.matches("GET|HEAD") ? "HTTP/1.1 200" : "HTTP/1.1 4");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Encoding: gzip\r\n", "Idempotency-Key: leaves-early\r\n"})
    void aClientThatLeavesIsNotAFailure(String header) throws Exception {
        var before = Files.size(server.log());
        for (var target : List.of(
                "POST /api/v1/sessions", "POST /api/v1/users", "POST /api/v1/groups/import", "PATCH /api/v1/me")) {
            for (var body : List.of("", "{\"a\"")) {
                var request = target + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + header
                        + "Content-Length: 100\r\n\r\n" + body;
                send(request).close();
                var waiting = send(request);
                waiting.shutdownOutput();
                waiting.setSoTimeout(10_000);
                waiting.getInputStream().readAllBytes();
            }
        }

        assertThat(logged(before)).doesNotContain("\tat ");
    }

    private String logged(long before) throws IOException {
        var log = Files.readAllBytes(server.log());
        return new String(log, (int) before, (int) (log.length - before), UTF_8);
    }

    /** From an address of its own, which Linux has. */
    private Socket send(String request) throws IOException {
        var socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress("127.0.0.2", 0));
        socket.connect(new InetSocketAddress("127.0.0.1", base.getPort()));
        socket.setSoTimeout(200);
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        return socket;
    }

    private static String firstLine(Socket socket) throws IOException {
        try {
            var line = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
            return line == null ? "" : line;
        } catch (SocketTimeoutException nothing) {
            return "";
        }
    }
}
