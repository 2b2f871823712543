package org.muster.users;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** New passwords are looked up among those of data breaches. */
class BreachedPasswordsIT {
    private static final String BREACHED = "correct horse battery";
    /** Of its SHA-1. */
    private static final String PREFIX = "98DEC";

    private static final String REST = "C62ECE399A22ED30D490EF333BE7FDE7385";

    private static EmbeddedDatabase database;
    private static HttpServer service;
    private static Server server;
    private static Client nobody;
    private static volatile Answering answering;
    private static final List<String> ASKED = new CopyOnWriteArrayList<>();

    /** How the service answers. */
    @FunctionalInterface
    private interface Answering {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeAll
    static void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.setExecutor(Executors.newCachedThreadPool());
        service.createContext("/", exchange -> {
            ASKED.add(exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Add-Padding"));
            try (exchange) {
                answering.to(exchange);
            }
        });
        service.start();
        database = EmbeddedDatabase.temporary();
        var environment = new HashMap<>(RunningMuster.environment(database));
        environment.put(
                "MUSTER_BREACHED_PASSWORDS_URL",
                "http://localhost:" + service.getAddress().getPort() + "/range");
        server = Server.start(environment);
        server.awaitReady(Duration.ofMinutes(3));
        nobody = Client.anonymous(server.base());
    }

    @AfterAll
    static void stop() {
        server.close();
        database.close();
        service.stop(0);
    }

    @BeforeEach
    void answerAsUsual() {
        answering = exchange -> send(exchange, 200, "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n");
        ASKED.clear();
    }

    @Test
    void oneThatIsKnownIsRefusedWhereverItIsSet() {
        var email = address();
        open(email, "correct horse");
        var ann = signedIn(email);
        answering = exchange -> send(exchange, 200, "0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n" + REST + ":42\r\n");

        var opened = open(address(), BREACHED);
        var changed =
                ann.patch("/api/v1/me", "{'password':'%s','currentPassword':'correct horse'}".formatted(BREACHED));

        for (var refused : List.of(opened, changed)) {
            assertThat(refused.status()).isEqualTo(422);
            assertThat(refused.body()).contains("#/password", "data breach").doesNotContain(BREACHED);
        }
        assertThat(signedIn(email).get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void theServiceGetsFiveDigitsOfTheHashAndNothingAtSignIn() {
        var email = address();

        open(email, BREACHED);
        nobody.post("/api/v1/sessions", "{'email':'%s','password':'%s'}".formatted(email, BREACHED));

        assertThat(ASKED).containsExactly("/range/" + PREFIX + " true");
    }

    @Test
    void paddingIsNoBreach() {
        answering = exchange -> send(exchange, 200, REST + ":0\r\n");

        assertThat(open(address(), BREACHED).status()).isEqualTo(201);
    }

    @Test
    void withoutTheServicePasswordsAreTakenAndTheLogSaysSoOnce() throws Exception {
        var before = warnings();
        var failed = failures();
        var over = new CountDownLatch(1);
        List<Answering> wrong = List.of(
                exchange -> send(exchange, 500, REST + ":42"),
                HttpExchange::close,
                exchange -> exchange.sendResponseHeaders(302, -1),
                exchange -> await(over));

        for (var answer : wrong) {
            answering = answer;
            var since = System.nanoTime();
            assertThat(open(address(), BREACHED).status()).isEqualTo(201);
            assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(8));
        }
        over.countDown();

        assertThat(warnings()).isEqualTo(before + 1);
        assertThat(failures()).isEqualTo(failed + wrong.size());
        assertThat(Files.readString(server.log())).doesNotContain(BREACHED).doesNotContain(REST);
    }

    private static void await(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static long warnings() throws IOException {
        return Files.readString(server.log())
                .lines()
                .filter(line -> line.contains("not looked up among those of data breaches"))
                .count();
    }

    private static double failures() {
        return nobody.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("muster_breached_password_checks_total{outcome=\"failed\"}"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Answer open(String email, String password) {
        return nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'%s','displayName':'Ann','zone':'UTC'}".formatted(email, password));
    }

    private static Client signedIn(String email) {
        var session = nobody.post("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(email));
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }

    private static String address() {
        return "breached-" + UUID.randomUUID() + "@example.org";
    }
}
