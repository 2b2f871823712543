package org.muster.proxies;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.EventReader;
import org.muster.ProxiedMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

@ExtendWith(ProxiedMuster.Shared.class)
class ProxiesIT {
    private static final String STRANGER = "127.0.0.5";

    private static EmbeddedDatabase database;
    private static Server server;
    private static Client proxied;
    private static Client ann;

    @BeforeAll
    static void signUp(ProxiedMuster muster) {
        database = muster.database();
        server = muster.server();
        proxied = muster.proxy();
        ann = proxied.signedUp("Ann");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For | 203.0.113.1 | 203.0.113.1",
                "X-Forwarded-For | 6.6.6.6, 203.0.113.2:4711 | 203.0.113.2",
                "Forwarded | for=6.6.6.6, for=203.0.113.3 | 203.0.113.3",
                "Forwarded | For=\"[2001:db8:1:2:3::4]:80\";proto=https | 2001:db8:1:2:0:0:0:0/64",
            })
    void aTrustedProxyTellsTheAddress(String header, String value, String network) throws Exception {
        assertThat(failedSignIn(proxied.with(header, value), email()).status()).isEqualTo(401);

        assertThat(failures(network)).isEqualTo(1);
        assertThat(failures("6.6.6.6")).isZero();
    }

    @Test
    void nobodyElseTellsAnAddress() throws Exception {
        var before = failures(STRANGER);

        var answer = raw(
                STRANGER, "POST /api/v1/sessions", """
                X-Forwarded-For: 6.6.6.6
                Forwarded: for=6.6.6.6;host=evil.example;proto=https
                X-Forwarded-Proto: https
                Content-Type: application/json
                """, json("{'email':'%s','password':'wrong'}".formatted(email())));

        assertThat(answer).startsWith("HTTP/1.1 401").doesNotContain("Strict-Transport-Security");
        assertThat(failures(STRANGER)).isEqualTo(before + 1);
        assertThat(failures("6.6.6.6")).isZero();
    }

    @Test
    void manyFailuresFromAnAddressKeepNoOtherAccountOut() throws Exception {
        var many = proxied.with("X-Forwarded-For", "203.0.113.9");
        var email = account();
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "INSERT INTO sign_in_failure (key, failures, resets_at) VALUES (sha256(convert_to(E'address\\n"
                            + "203.0.113.9', 'UTF8')), 200, now() + interval '10 minutes')");
        }

        assertThat(signIn(many, email, "correct horse").status()).isEqualTo(201);
        for (var i = 0; i < 3; i++) {
            assertThat(failedSignIn(many, email).status()).isEqualTo(401);
        }
        assertThat(signIn(many, email, "correct horse").status()).isEqualTo(429);
        assertThat(signIn(many.with("X-Forwarded-For", "203.0.113.10"), email, "correct horse")
                        .status())
                .isEqualTo(201);
        assertThat(signIn(many, account(), "correct horse").status()).isEqualTo(201);
    }

    @Test
    void whoDoesCheapThingsTooOftenIsRefused() {
        var remote = proxied.with("X-Forwarded-For", "203.0.113.20");
        var busy = remote.signedUp("Busy");
        var group = "/api/v1/groups/"
                + busy.post("/api/v1/groups", "{'name':'Busy','zone':'UTC','visibility':'public'}")
                        .id();
        var activity = "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60}";
        var hike = group + "/activities/"
                + busy.post(group + "/activities", activity).id();
        Answer[] last = new Answer[8];
        var series = activity.replace("}", ",'rule':{'frequency':'weekly','count':2}}");

        last[0] = refused(100, () -> busy.post(group + "/series", series));
        last[1] = refused(500, () -> busy.put(group + "/members/me"));
        last[2] = refused(1_000, () -> busy.delete(hike + "/signups/me"));
        last[3] = refused(999, () -> busy.post(group + "/activities", activity));
        last[4] = refused(6_000, () -> remote.get("/api/v1/groups?q=nothing"));
        var nobody = UUID.randomUUID();
        last[5] = refused(1_000, () -> busy.delete(hike + "/signups/" + nobody));
        last[6] = refused(1_000, () -> busy.delete(group + "/members/" + nobody));
        last[7] = refused(1_000, () -> busy.patch(group + "/activities/" + nobody, "{}"));

        assertThat(last).allSatisfy(answer -> {
            assertThat(answer.string("type")).isEqualTo("/problems/too-many-requests");
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(3_000, 3_601);
        });
        for (var limit : List.of(
                "series",
                "memberships",
                "sign-ups",
                "activities",
                "searches",
                "sign-ups-of-others",
                "members",
                "activity-changes")) {
            assertThat(proxied.with("Authorization", "Bearer " + ProxiedMuster.METRICS_TOKEN)
                            .get("/metrics")
                            .body())
                    .contains("muster_limits_refused_total{limit=\"" + limit + "\"}");
        }
        var other = proxied.with("X-Forwarded-For", "203.0.113.21").signedUp("Other");
        assertThat(other.put(group + "/members/me").status()).isNotEqualTo(429);
        assertThat(other.get("/api/v1/groups?q=nothing").status()).isEqualTo(200);
    }

    /** The first request that is refused, after as many that are not. */
    private static Answer refused(int allowed, Supplier<Answer> request) {
        for (var i = 0; i < allowed; i++) {
            assertThat(request.get().status()).as("request %d", i + 1).isBetween(200, 409);
        }
        var refused = request.get();
        assertThat(refused.status()).isEqualTo(429);
        return refused;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-Proto | https,http | https://127.0.0.1:%d/",
                "Forwarded | for=203.0.113.1;proto=https;host=\"muster.example:8443\" | https://muster.example:8443/",
                "X-Forwarded-Host | muster.example:81 | http://muster.example:81/",
                "X-Forwarded-Host | evil.example/x?@ | http://127.0.0.1:%d/",
            })
    void linksHaveTheAddressThatTheClientAsked(String header, String value, String start) {
        var client = ann.with(header, value);

        var location =
                client.post("/api/v1/groups", "{'name':'Linked','zone':'UTC'}").header("Location");
        var secret = client.post("/api/v1/me/calendar-token").string("url");

        assertThat(location).startsWith(start.formatted(server.base().getPort()));
        assertThat(URI.create(secret).getAuthority())
                .isEqualTo(URI.create(location).getAuthority());
    }

    @Test
    void underTlsTheCookieBelongsToThisHostOnly() {
        var tls = proxied.with("X-Forwarded-Proto", "https");
        var email = account();

        var session = signInWithCookie(tls, email);
        var cookie = session.header("Set-Cookie");
        var token = cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));

        assertThat(cookie)
                .startsWith("__Host-muster=")
                .contains("Path=/;", "Secure", "HttpOnly", "SameSite=Strict")
                .doesNotContain("Domain");
        assertThat(session.header("Strict-Transport-Security")).startsWith("max-age=");
        assertThat(tls.with("Cookie", "__Host-muster=" + token)
                        .get("/api/v1/me")
                        .status())
                .isEqualTo(200);
        // A neighbour could have planted this one.
        assertThat(tls.with("Cookie", "muster=" + token).get("/api/v1/me").status())
                .isEqualTo(401);
        assertThat(tls.with("Cookie", "__Host-muster=dead").get("/api/v1/me").header("Set-Cookie"))
                .contains("__Host-muster=;", "Path=/;", "Max-Age=0", "Secure");
    }

    @Test
    void aDeadCookieKeepsNobodyFromSigningInOrUp() {
        for (var cookie : List.of("muster=dead", "muster=", "muster=\"x\"; muster=y")) {
            var browser = proxied.with("Cookie", cookie);
            var email = email();

            assertThat(browser.post("/api/v1/users", accountJson(email)).status())
                    .isEqualTo(201);
            assertThat(signInWithCookie(browser, email).status()).isEqualTo(201);
        }
    }

    @Test
    void theAuthorizationOfOthersIsIgnored() {
        var cookie = signInWithCookie(proxied, account()).header("Set-Cookie").split(";")[0];
        var browser = proxied.with("Cookie", cookie);

        for (var foreign : List.of("Basic YTpi", "Digest username=\"a\"", "Negotiate", "Bearer eyJh.eyJz.c2ln")) {
            assertThat(browser.with("Authorization", foreign).get("/api/v1/me").status())
                    .as(foreign)
                    .isEqualTo(200);
        }
        assertThat(browser.with("Authorization", "Bearer " + "x".repeat(43))
                        .get("/api/v1/me")
                        .status())
                .isEqualTo(401);
        assertThat(proxied.with("Authorization", "Basic YTpi")
                        .get("/api/v1/groups")
                        .status())
                .isEqualTo(200);
        assertThat(proxied.with("Authorization", "Basic YTpi").get("/api/v1/me").status())
                .isEqualTo(401);
    }

    @Test
    void metricsAndTheDetailsOfHealthAreForThisMachineAndForTheToken() throws Exception {
        var token = proxied.with("Authorization", "Bearer " + ProxiedMuster.METRICS_TOKEN);

        assertThat(proxied.get("/metrics").status()).isEqualTo(401);
        assertThat(proxied.with("Authorization", "Bearer other").get("/metrics").status())
                .isEqualTo(401);
        assertThat(token.get("/metrics").body()).contains("muster_ready 1.0");
        assertThat(proxied.get("/health/ready").body())
                .contains("\"status\":\"UP\"")
                .doesNotContain("pool.max");
        assertThat(proxied.get("/health").body()).doesNotContain("pool.max");
        assertThat(token.get("/health/ready").body()).contains("pool.max");
        assertThat(raw(STRANGER, "GET /metrics", "", "")).startsWith("HTTP/1.1 200");
        assertThat(raw(STRANGER, "GET /metrics", "X-Forwarded-For: 127.0.0.1\n", ""))
                .startsWith("HTTP/1.1 401");
        assertThat(raw(STRANGER, "GET /health/ready", "Via: 1.1 proxy\n", "")).doesNotContain("pool.max");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/application.wadl", "/api/v1/application.wadl", "/api/v1/application.wadl/xsd0.xsd"})
    void thereIsNoWadl(String path) {
        assertThat(ann.get(path).status()).isEqualTo(404);
        assertThat(Client.unvalidated(server.base())
                        .with("Accept", "application/vnd.sun.wadl+xml")
                        .send("OPTIONS", "/api/v1/groups", BodyPublishers.noBody())
                        .body())
                .doesNotContain("wadl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"W/\"1\"", "\"1-gzip\"", "W/\"1-br\"", "\"0\", W/\"1\""})
    void theVersionCountsWhateverAProxyMakesOfItsTag(String tag) {
        var group = "/api/v1/groups/"
                + ann.post("/api/v1/groups", "{'name':'Tagged','zone':'UTC'}").id();

        assertThat(ann.with("If-Match", tag).patch(group, "{'name':'Changed'}").status())
                .isEqualTo(200);
        assertThat(ann.with("If-Match", tag).patch(group, "{'name':'Again'}").status())
                .isEqualTo(412);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=Z\u00fcrich", "a=\"x; b", "=x; ;;a", "$Version=1; a", "a={\"b\": [1, 2]}", "\u00e4=1"})
    void theCookiesOfOthersMayBeAnything(String cookies) throws Exception {
        var own = signInWithCookie(proxied, account()).header("Set-Cookie").split(";")[0];

        for (var encoding : List.of(UTF_8, ISO_8859_1)) {
            assertThat(raw(STRANGER, "GET /", "Cookie: " + cookies + "\n", "", encoding))
                    .as("the page")
                    .startsWith("HTTP/1.1 200");
            assertThat(raw(STRANGER, "GET /api/v1/me", "Cookie: " + cookies + "; " + own + "\n", "", encoding))
                    .startsWith("HTTP/1.1 200");
            assertThat(raw(STRANGER, "GET /api/v1/me", "Cookie: " + own + "; " + cookies + "\n", "", encoding))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aDeleteMayHaveABody() {
        var group = ann.post("/api/v1/groups", "{'name':'Left','zone':'UTC'}").id();
        var bob = proxied.signedUp("Bob");
        ann.patch("/api/v1/groups/" + group, "{}");

        for (var body : List.of("{}", "{\"a\":1}", "x".repeat(10_000))) {
            assertThat(ann.with("Content-Type", "application/json")
                            .send(
                                    "DELETE",
                                    "/api/v1/groups/" + group + "/members/" + bob.id(),
                                    BodyPublishers.ofString(body))
                            .status())
                    .as(body)
                    .isEqualTo(404);
        }
        assertThat(bob.with("Content-Type", "application/json")
                        .send("DELETE", "/api/v1/sessions", BodyPublishers.ofString("{}"))
                        .status())
                .isEqualTo(204);
    }

    @Test
    void aByteOrderMarkIsSkipped() {
        assertThat(create("\ufeff{\"name\":\"Marked\",\"zone\":\"UTC\"}".getBytes(UTF_8), "identity")
                        .status())
                .isEqualTo(201);
        assertThat(create("\ufeff\ufeff{\"name\":\"Marked\",\"zone\":\"UTC\"}".getBytes(UTF_8), "identity")
                        .status())
                .isEqualTo(400);
        assertThat(create("\ufeff".getBytes(UTF_8), "identity").status()).isEqualTo(400);
    }

    @Test
    void aBodyMayBeCompressed() throws Exception {
        var json = "{\"name\":\"Compressed\",\"zone\":\"UTC\"}";

        assertThat(create(gzip(json), "gzip").status()).isEqualTo(201);
        assertThat(create(gzip("\ufeff" + json), "X-GZip").status()).isEqualTo(201);
        assertThat(create(gzip(json.replace("}", ",\"description\":\"" + "x".repeat(4_000) + "\"}")), "gzip")
                        .status())
                .isEqualTo(201);
        var bomb = create(gzip("{\"name\":\"" + "x".repeat(32 << 20) + "\"}"), "gzip");
        assertThat(bomb.status()).isEqualTo(413);
        var damaged = gzip(json.repeat(20));
        damaged[damaged.length / 2] ^= 0x55;
        assertThat(create(damaged, "gzip").status()).isEqualTo(400);
        assertThat(create(Arrays.copyOf(gzip(json), 20), "gzip").status()).isEqualTo(400);
        // This one asks for a dictionary of 2 GiB.
        var lzma = Arrays.copyOf(new byte[] {0x5d, -1, -1, -1, 0x7f}, 20);
        assertThat(create(lzma, "lzma").status()).isEqualTo(415);
        for (var unknown : List.of("br", "zstd", "deflate", "gzip, br", "nonsense")) {
            var answer = create(gzip(json), unknown);
            assertThat(answer.status()).as(unknown).isEqualTo(415);
            assertThat(answer.header("Accept-Encoding")).isEqualTo("gzip");
        }
    }

    @Test
    void largeResponsesAreCompressed() throws Exception {
        var path = "/api/v1/groups/"
                + ann.post(
                                "/api/v1/groups",
                                "{'name':'Large','zone':'UTC','visibility':'public','description':'%s'}"
                                        .formatted("long ".repeat(500)))
                        .id();
        var request = HttpRequest.newBuilder(server.base().resolve(path)).header("Accept-Encoding", "br, gzip");

        var large = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
        assertThat(large.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(large.headers().firstValue("Vary").orElse("")).contains("Accept-Encoding");
        assertThat(large.body().length).isLessThan(1_000);
        try (var content = new GZIPInputStream(new ByteArrayInputStream(large.body()))) {
            assertThat(new String(content.readAllBytes(), UTF_8))
                    .isEqualTo(proxied.get(path).body());
        }
        for (var refusing : List.of("identity", "gzip;q=0", "br")) {
            assertThat(proxied.with("Accept-Encoding", refusing).get(path).header("Content-Encoding"))
                    .as(refusing)
                    .isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example/path", "a b", "evil.example:99999", "user@evil.example", "[::1", "a,b"})
    void anInvalidHostIsRefused(String host) throws Exception {
        try (var socket =
                new Socket(InetAddress.getByName("127.0.0.1"), server.base().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET /api/v1/groups HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(UTF_8));

            assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 400");
        }
    }

    @ParameterizedTest
    @EnumSource
    void behindARealProxy(ReverseProxy.Program program) throws Exception {
        try (var proxy = ReverseProxy.start(program, server.base().getPort())) {
            var client = Client.anonymous(proxy.base());
            var here = ann.at(proxy.base());
            var failures = failures(STRANGER);

            // The proxy adds the address; what the client has sent before it does not count.
            var refused = raw(
                    proxy.port(),
                    STRANGER,
                    "POST /api/v1/sessions",
                    """
                    X-Forwarded-For: 6.6.6.6
                    Content-Type: application/json
                    """,
                    json("{'email':'%s','password':'wrong'}".formatted(email())),
                    UTF_8);
            assertThat(refused).startsWith("HTTP/1.1 401");
            assertThat(failures(STRANGER)).isEqualTo(failures + 1);
            assertThat(failures("6.6.6.6")).isZero();
            assertThat(raw(proxy.port(), STRANGER, "GET /metrics", "", "", UTF_8))
                    .startsWith("HTTP/1.1 401");

            // Links and cookies are for TLS, which ends at the proxy.
            assertThat(here.post("/api/v1/me/calendar-token").string("url")).startsWith("https://localhost");
            assertThat(signInWithCookie(client, account()).header("Set-Cookie")).startsWith("__Host-muster=");

            // Tags of responses that the proxy compresses: Muster does not compress small ones.
            var group = "/api/v1/groups/"
                    + here.post(
                                    "/api/v1/groups",
                                    "{'name':'Proxied','zone':'UTC','description':'%s'}".formatted("long ".repeat(50)))
                            .id();
            var tag = Client.unvalidated(proxy.base())
                    .with("Authorization", ann.header("Authorization"))
                    .with("Accept-Encoding", "gzip")
                    .get(group)
                    .header("ETag");
            assertThat(tag).isEqualTo(program == ReverseProxy.Program.NGINX ? "W/\"1\"" : "\"1\"");
            assertThat(here.with("If-Match", tag)
                            .patch(group, "{'name':'Changed'}")
                            .status())
                    .isEqualTo(200);

            // Events arrive as they happen.
            try (var events = new EventReader(proxy.base(), group + "/changes", here)) {
                events.readUntil(": following", Duration.ofSeconds(5));
                for (var i = 0; i < 3; i++) {
                    assertThat(ann.post(
                                            group + "/activities",
                                            "{'title':'Hike','startsLocal':'2090-06-01T10:00','durationMinutes':60}")
                                    .status())
                            .isEqualTo(201);
                    events.readUntil("data:", Duration.ofSeconds(2));
                }
            }
        }
    }

    private static Answer create(byte[] body, String encoding) {
        return create(ann, body, encoding);
    }

    private static Answer create(Client client, byte[] body, String encoding) {
        return client.with("Content-Type", "application/json")
                .with("Content-Encoding", encoding)
                .send("POST", "/api/v1/groups", BodyPublishers.ofByteArray(body));
    }

    private static byte[] gzip(String text) throws IOException {
        var octets = new ByteArrayOutputStream();
        try (var compressed = new GZIPOutputStream(octets)) {
            compressed.write(text.getBytes(UTF_8));
        }
        return octets.toByteArray();
    }

    /** Returns how many sign-ins have failed from this network. */
    private static int failures(String network) throws Exception {
        try (var connection = database.connect();
                var find = connection.prepareStatement(
                        "SELECT failures FROM sign_in_failure WHERE key = sha256(convert_to('address' || chr(10) || ?,"
                                + " 'UTF8'))")) {
            find.setString(1, network);
            try (var rows = find.executeQuery()) {
                return rows.next() ? rows.getInt(1) : 0;
            }
        }
    }

    private static Answer failedSignIn(Client client, String email) {
        return signIn(client, email, "wrong");
    }

    private static Answer signIn(Client client, String email, String password) {
        return client.post("/api/v1/sessions", "{'email':'%s','password':'%s'}".formatted(email, password));
    }

    private static Answer signInWithCookie(Client client, String email) {
        return client.post(
                "/api/v1/sessions", "{'email':'%s','password':'correct horse','cookie':true}".formatted(email));
    }

    private static String account() {
        var email = email();
        assertThat(proxied.post("/api/v1/users", accountJson(email)).status()).isEqualTo(201);
        return email;
    }

    private static String accountJson(String email) {
        return "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC'}".formatted(email);
    }

    private static String email() {
        return "ann-" + UUID.randomUUID() + "@example.org";
    }

    private static String json(String json) {
        return Client.json(json);
    }

    private static String raw(String from, String start, String headers, String body) throws IOException {
        return raw(from, start, headers, body, UTF_8);
    }

    private static String raw(String from, String start, String headers, String body, Charset charset)
            throws IOException {
        return raw(server.base().getPort(), from, start, headers, body, charset);
    }

    /** Sends a request from this local address, and returns the whole response. */
    private static String raw(int port, String from, String start, String headers, String body, Charset charset)
            throws IOException {
        try (var socket = new Socket(InetAddress.getByName("127.0.0.1"), port, InetAddress.getByName(from), 0)) {
            socket.setSoTimeout(10_000);
            var length = body.isEmpty() ? "" : "Content-Length: " + body.getBytes(charset).length + "\n";
            var head = start + " HTTP/1.1\nHost: localhost\nConnection: close\n" + headers + length + "\n";
            socket.getOutputStream().write((head.replace("\n", "\r\n") + body).getBytes(charset));
            return new String(socket.getInputStream().readAllBytes(), charset);
        }
    }
}
