package org.muster.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;

@ExtendWith(RunningMuster.class)
class PageIT {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Pattern ASSET = Pattern.compile("/assets/([0-9a-f]+)/[a-z0-9./-]+");

    private final Client nobody;
    private final URI base;

    PageIT(Client nobody, URI base) {
        this.nobody = nobody;
        this.base = base;
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html"})
    void thePageIsAskedForAnewAndNotSentAgain(String path) {
        var page = nobody.get(path);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Type")).matches("(?i)text/html; ?charset=utf-8");
        assertThat(page.header("Cache-Control")).isEqualTo("no-cache");
        var again = nobody.with("If-None-Match", page.header("ETag")).get(path);
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void whatThePageLoadsIsThereAndKeptForGood() {
        var assets = ASSET.matcher(nobody.get("/").body()).results().toList();

        assertThat(assets).hasSizeGreaterThan(5).allSatisfy(asset -> {
            var answer = nobody.get(asset.group());
            assertThat(answer.status()).as(asset.group()).isEqualTo(200);
            assertThat(answer.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
            assertThat(answer.header("Content-Type"))
                    .matches("(text/(javascript|css).*|image/svg\\+xml; ?charset=utf-8|image/png|font/woff2"
                            + "|application/manifest\\+json)");
        });
    }

    @Test
    void aPageThatWasOpenBeforeADeploymentGoesOn() {
        var answer = nobody.get("/assets/0123456789abcdef/members/home.js");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(nobody.with("If-None-Match", answer.header("ETag"))
                        .get("/assets/0123456789abcdef/members/home.js")
                        .status())
                .isEqualTo(304);
    }

    @Test
    void whoTakesItCompressedGetsItCompressed() throws Exception {
        var path = "/assets/" + version() + "/ui/forms.js";

        var plain = nobody.get(path);
        var gzip = compressed(path, "br, gzip;q=0.8");

        assertThat(gzip.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(gzip.headers().firstValue("Vary")).contains("Accept-Encoding");
        assertThat(gzip.headers().firstValue("ETag")).isNotEqualTo(plain.header("ETag"));
        assertThat(gzip.body().length).isLessThan(plain.body().length() / 2);
        try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(gzip.body()))) {
            assertThat(new String(unzipped.readAllBytes(), UTF_8)).isEqualTo(plain.body());
        }
        assertThat(plain.header("Content-Encoding")).isNull();
        assertThat(compressed(path, "gzip;q=0, identity").headers().firstValue("Content-Encoding"))
                .isEmpty();
    }

    /** All files that a first view needs, the font and the words among them, compressed: about 2 s of a slow phone's time. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/groups",
                "/groups/trail-runners",
                "/groups/019cb2f8-a653-7893-923f-0824128b2f33/activities/019e3cc9-045b-7951-9d9d-c9f81818e822"
            })
    void theFirstViewIsSmall(String view) throws Exception {
        var page = nobody.get(view).body();
        var bytes = compressed(view, "gzip").body().length;
        for (var asset : ASSET.matcher(page)
                .results()
                .map(found -> found.group())
                .distinct()
                .toList()) {
            bytes += compressed(asset, "gzip").body().length;
        }

        assertThat(page).contains(".woff2", "/languages/en.js", "/members/");
        assertThat(bytes).isLessThan(100_000);
    }

    @Test
    void codeIsSentWithoutCommentsOnTheSameLines() throws Exception {
        var path = "/assets/" + version() + "/api.js";
        var source = Files.readString(Path.of("src/main/webapp/assets/api.js"))
                .lines()
                .toList();

        var sent = nobody.get(path).body().lines().toList();

        assertThat(source).anyMatch(line -> line.strip().startsWith("/**"));
        assertThat(sent).hasSameSizeAs(source).noneMatch(line -> line.strip().startsWith("/**"));
        for (var i = 0; i < source.size(); i++) {
            assertThat(sent.get(i)).isIn("", source.get(i));
        }
    }

    @Test
    void thePageCanBeInstalled() {
        var manifest = nobody.get("/assets/" + version() + "/manifest.webmanifest");
        var worker = nobody.get("/service-worker.js");

        assertThat(manifest.string("start_url")).isEqualTo("/");
        assertThat(manifest.json().getJsonArray("icons").getValuesAs(JsonObject.class))
                .hasSize(5)
                .allSatisfy(icon -> {
                    var image = nobody.get("/assets/" + version() + "/" + icon.getString("src"));
                    assertThat(image.status()).isEqualTo(200);
                    assertThat(image.header("Content-Type")).startsWith(icon.getString("type"));
                });
        assertThat(worker.header("Content-Type")).startsWith("text/javascript");
        assertThat(worker.header("Cache-Control")).isEqualTo("no-cache");
        assertThat(worker.body()).contains("/assets/" + version() + "/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/assets",
                "/assets/",
                "/assets/app.js",
                "/assets/x/",
                "/assets/x/nowhere.js",
                "/assets/x/..%2f..%2fWEB-INF/web.xml",
                "/assets/x/../../WEB-INF/web.xml",
                "/assets/WEB-INF/web.xml"
            })
    void thereIsNothingElse(String path) {
        assertThat(nobody.get(path).status()).isIn(400, 404);
        assertThat(nobody.get(path).body()).doesNotContain("web-app");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/assets/x/app.js", "/api/v1/groups", "/api/v1/me", "/health/live", "/nowhere"})
    void everyAnswerTellsBrowsersWhatIsAllowed(String path) {
        var answer = nobody.get(path);

        assertThat(answer.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
                .contains("worker-src 'self'", "manifest-src 'self'")
                .endsWith("require-trusted-types-for 'script'; trusted-types muster-worker")
                .doesNotContain("unsafe");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(answer.header("Referrer-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("Cross-Origin-Opener-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
        assertThat(answer.header("Permissions-Policy")).contains("camera=()");
        assertThat(nobody.with("X-Forwarded-Proto", "https").get(path).header("Strict-Transport-Security"))
                .isNull();
    }

    @Test
    void aBrowserSignsInByACookieThatNoScriptReads() {
        var email = account();

        var session = signIn(nobody, email);

        assertThat(session.status()).isEqualTo(201);
        assertThat(session.json()).containsOnlyKeys("expiresAt");
        assertThat(attributes(session))
                .contains("HttpOnly", "SameSite=Strict", "Path=/api")
                .doesNotContain("Secure")
                .anyMatch(attribute -> attribute.matches("Max-Age=25\\d{5}"));
        assertThat(browser(session).get("/api/v1/me").string("email")).isEqualTo(email);
        assertThat(session.response().headers().allValues("Set-Cookie").get(1))
                .startsWith("muster-session=1;")
                .contains("Path=/", "SameSite=Strict")
                .doesNotContain("HttpOnly");
    }

    @Test
    void aSignInThatIsRepeatedSetsTheSameCookie() {
        var email = account();
        var once = nobody.with("Idempotency-Key", UUID.randomUUID().toString());

        var first = signIn(once, email);
        var second = signIn(once, email);

        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(attributes(second).get(0)).isEqualTo(attributes(first).get(0));
        assertThat(second.json()).containsOnlyKeys("expiresAt");
    }

    @Test
    void whatChangesSomethingByTheCookieNeedsAHeaderThatOtherSitesCannotSend() {
        var browser = browser(signIn(nobody, account()));
        var group = "{'name':'Walkers','zone':'UTC'}";

        var forged = browser.post("/api/v1/groups", group);
        var meant = browser.with("X-Requested-With", "muster").post("/api/v1/groups", group);

        assertThat(forged.status()).isEqualTo(403);
        assertThat(forged.string("type")).isEqualTo("/problems/forbidden");
        assertThat(forged.string("detail")).contains("X-Requested-With: muster");
        assertThat(meant.status()).isEqualTo(201);
        assertThat(browser.delete("/api/v1/sessions").status()).isEqualTo(403);
    }

    @Test
    void aTokenComesBeforeACookie() {
        var browser = browser(signIn(nobody, account()));
        var ann = nobody.signedUp("Ann");

        var both = browser.with("Authorization", ann.header("Authorization"));

        assertThat(both.id()).isEqualTo(ann.id());
        assertThat(both.put("/api/v1/groups/" + UUID.randomUUID() + "/members/me")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aCookieIsForgottenWithItsSession() {
        var browser = browser(signIn(nobody, account()));

        var signedOut = browser.with("X-Requested-With", "muster").delete("/api/v1/sessions");
        var afterwards = browser.get("/api/v1/groups");

        assertThat(signedOut.status()).isEqualTo(204);
        assertThat(attributes(signedOut)).contains("muster=", "Max-Age=0", "Path=/api");
        assertThat(afterwards.status()).isEqualTo(401);
        assertThat(attributes(afterwards)).contains("muster=", "Max-Age=0", "Path=/api");
    }

    @Test
    void aCookieIsForgottenWithItsAccount() {
        var browser = browser(signIn(nobody, account())).with("X-Requested-With", "muster");

        var erased = browser.delete("/api/v1/me");

        assertThat(erased.status()).isEqualTo(204);
        assertThat(attributes(erased)).contains("muster=", "Max-Age=0", "Path=/api");
    }

    private String version() {
        var asset = ASSET.matcher(nobody.get("/").body());
        assertThat(asset.find()).isTrue();
        return asset.group(1);
    }

    private HttpResponse<byte[]> compressed(String path, String encodings) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(base.resolve(path))
                .header("Accept-Encoding", encodings)
                .build();
        return HTTP.send(request, BodyHandlers.ofByteArray());
    }

    private String account() {
        var email = "page-" + UUID.randomUUID() + "@example.org";
        var made = nobody.post("/api/v1/users", """
            {'email':'%s','password':'correct horse','displayName':'Ann','zone':'America/Toronto'}
            """.formatted(email));
        assertThat(made.status()).isEqualTo(201);
        return email;
    }

    private static Answer signIn(Client client, String email) {
        return client.post(
                "/api/v1/sessions", "{'email':'%s','password':'correct horse','cookie':true}".formatted(email));
    }

    private Client browser(Answer session) {
        return nobody.with("Cookie", attributes(session).get(0));
    }

    private static List<String> attributes(Answer answer) {
        return List.of(answer.header("Set-Cookie").split("; ?"));
    }
}
