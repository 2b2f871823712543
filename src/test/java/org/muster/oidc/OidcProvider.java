package org.muster.oidc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A small provider of OpenID Connect: real HTTP and RSA keys, and as wrong as a test wants it to be. */
public final class OidcProvider implements AutoCloseable {
    public static final String CLIENT_ID = "muster club";
    public static final String CLIENT_SECRET = "s:ecret%";

    private final HttpServer server;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile RSAKey key = newKey();
    private volatile Answers answers;

    /** What it says about whoever signs in, and how. */
    record Answers(
            UnaryOperator<JWTClaimsSet.Builder> claims,
            Function<JWTClaimsSet, String> token,
            UnaryOperator<String> body) {}

    public OidcProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    public String issuer() {
        return "http://localhost:" + server.getAddress().getPort() + "/club";
    }

    RSAKey key() {
        return key;
    }

    /** From now on, tokens are signed with another key. */
    void rotateKey() {
        key = newKey();
    }

    static RSAKey newKey() {
        try {
            return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** Signs everybody in as this person, correctly. */
    public void signsIn(UnaryOperator<JWTClaimsSet.Builder> claims) {
        answers = new Answers(claims, this::signed, body -> body);
    }

    /** Signs everybody in as this person, with a token that is made otherwise. */
    void signsIn(UnaryOperator<JWTClaimsSet.Builder> claims, Function<JWTClaimsSet, String> token) {
        answers = new Answers(claims, token, body -> body);
    }

    /** Answers requests for tokens with this; null: does not answer. */
    void answers(String body) {
        answers = new Answers(claims -> claims, this::signed, any -> body);
    }

    String signed(JWTClaimsSet claims) {
        return signed(claims, key);
    }

    static String signed(JWTClaimsSet claims, RSAKey key) {
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return token.serialize();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** What its page of sign-in does: it remembers what the code is for, and returns where it sends the browser. */
    URI authorize(URI address) {
        var query = form(address.getRawQuery());
        if (!query.get("client_id").equals(CLIENT_ID)
                || !query.get("response_type").equals("code")
                || !query.get("code_challenge_method").equals("S256")
                || !query.get("scope").startsWith("openid")) {
            throw new AssertionError("not a request for a code: " + address);
        }
        var code = UUID.randomUUID().toString();
        codes.put(code, query);
        return URI.create(query.get("redirect_uri") + "?code=" + code + "&state=" + query.get("state")
                + "&session_state=other&iss=" + issuer());
    }

    private void answer(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        try (exchange) {
            switch (path) {
                case "/club/.well-known/openid-configuration" -> send(exchange, 200, description());
                case "/keys" -> send(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
                case "/token" -> token(exchange);
                case "/authorize" -> redirect(exchange);
                default -> send(exchange, 404, "");
            }
        }
    }

    private String description() {
        var root = "http://localhost:" + server.getAddress().getPort();
        return Json.createObjectBuilder()
                .add("issuer", issuer())
                .add("authorization_endpoint", root + "/authorize")
                .add("token_endpoint", root + "/token")
                .add("jwks_uri", root + "/keys")
                .build()
                .toString();
    }

    /** Sends a browser back at once. */
    private void redirect(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders()
                .set("Location", authorize(exchange.getRequestURI()).toString());
        exchange.sendResponseHeaders(303, -1);
    }

    private void token(HttpExchange exchange) throws IOException {
        var form = form(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        var begun = codes.remove(form.getOrDefault("code", ""));
        var login = new String(
                Base64.getDecoder()
                        .decode(exchange.getRequestHeaders()
                                .getFirst("Authorization")
                                .substring("Basic ".length())),
                UTF_8);
        var rightClient = Arrays.stream(login.split(":"))
                .map(part -> URLDecoder.decode(part, UTF_8))
                .toList()
                .equals(List.of(CLIENT_ID, CLIENT_SECRET));
        if (begun == null
                || !rightClient
                || !begun.get("redirect_uri").equals(form.get("redirect_uri"))
                || !begun.get("code_challenge").equals(hash(form.getOrDefault("code_verifier", "")))) {
            send(exchange, 400, "{\"error\":\"invalid_grant\"}");
            return;
        }
        var now = Instant.now();
        var claims = answers.claims.apply(new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(CLIENT_ID)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", begun.get("nonce")));
        var body = answers.body.apply(Json.createObjectBuilder()
                .add("access_token", "opaque")
                .add("token_type", "Bearer")
                .add("id_token", answers.token.apply(claims.build()))
                .build()
                .toString());
        if (body == null) {
            awaitClose();
        } else {
            send(exchange, 200, body);
        }
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.getBytes(UTF_8).length);
        if (!body.isEmpty()) {
            exchange.getResponseBody().write(body.getBytes(UTF_8));
        }
    }

    private static Map<String, String> form(String text) {
        return Arrays.stream(text.split("&"))
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> URLDecoder.decode(pair[1], UTF_8)));
    }

    private static String hash(String text) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException unavailable) {
            throw new IllegalStateException(unavailable);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
