package org.muster.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.RunningMuster;

/** Clients that send a body slowly hold nobody up. */
@ExtendWith(RunningMuster.class)
class SlowBodiesIT {
    /** More than a server has threads. */
    private static final int MANY = 220;

    private final Client nobody;
    private final URI base;
    private final List<Socket> sockets = new ArrayList<>();

    SlowBodiesIT(Client nobody, URI base) {
        this.nobody = nobody;
        this.base = base;
    }

    @AfterEach
    void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 1000\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"})
    void manySlowBodiesHoldNobodyUpAndFewAreWaitedFor(String body) throws Exception {
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
        assertThat(answers).filteredOn(line -> line.startsWith("HTTP/1.1 408")).hasSize(20);
        assertThat(answers).filteredOn(line -> line.startsWith("HTTP/1.1 429")).hasSize(MANY - 20);
        assertThat(nobody.get("/metrics").body()).contains("muster_limits_refused_total{limit=\"slow-bodies\"}");
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

        assertThat(firstLine(socket)).startsWith("HTTP/1.1 401");
    }

    private Socket send(String request) throws IOException {
        var socket = new Socket(base.getHost(), base.getPort());
        sockets.add(socket);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        return socket;
    }

    private static String firstLine(Socket socket) throws IOException {
        var line = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
        return line == null ? "" : line;
    }
}
