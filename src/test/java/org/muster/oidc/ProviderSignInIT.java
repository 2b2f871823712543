package org.muster.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Authenticator;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.ConnectedMuster;

/** Signing in with a provider, also one whose answers are wrong. */
@ExtendWith(ConnectedMuster.Shared.class)
class ProviderSignInIT {
    private static final String BEGIN = "/api/v1/sessions/provider";
    private static final String PROVIDERS = "/api/v1/me/providers";
    private static final String LINK = "{'link':true,'currentPassword':'correct horse'}";
    private static final String WAITING = "application_name = 'muster' AND wait_event_type = 'Lock'";

    private static ConnectedMuster muster;
    private static OidcProvider provider;
    private static Client nobody;

    private final String subject = UUID.randomUUID().toString();
    private final String email = "provided-" + subject + "@example.org";

    @BeforeAll
    static void connect(ConnectedMuster shared) {
        muster = shared;
        provider = shared.provider();
        nobody = shared.nobody();
    }

    @Test
    void whoIsNewGetsAnAccountAndWhoComesBackTheSame() {
        provider.signsIn(person());

        var first = signedIn("{'returnTo':'/groups','zone':'America/Toronto'}");
        var me = browser(first).get("/api/v1/me");
        var again = browser(signedIn("{}")).get("/api/v1/me");

        assertThat(first.status()).isEqualTo(303);
        assertThat(first.header("Location"))
                .isEqualTo(muster.base().resolve("/#/groups").toString());
        assertThat(me.string("email")).isEqualTo(email);
        assertThat(me.string("displayName")).isEqualTo("Ann Lee");
        assertThat(me.string("zone")).isEqualTo("America/Toronto");
        assertThat(me.json().getBoolean("emailVerified")).isTrue();
        assertThat(again.id()).isEqualTo(me.id());
        assertThat(nobody.get("/api/v1/server").json().getJsonObject("provider").getString("name"))
                .isEqualTo("Club");
    }

    @Test
    void theProviderIsAskedForItsStrength() {
        assertThat(begin(nobody, "{}").string("url")).contains("&acr_values=urn%3Aclub%3Amfa%20phr");
    }

    @Test
    void somebodyIsKnownByTheSubjectWhateverTheirAddress() {
        provider.signsIn(person());
        var id = browser(signedIn("{}")).id();
        provider.signsIn(claims -> person().apply(claims).claim("email", "other-" + email));

        assertThat(browser(signedIn("{}")).id()).isEqualTo(id);
    }

    @Test
    void thePasswordlessAccountHasNoPassword() {
        provider.signsIn(person());
        signedIn("{}");

        for (var password : List.of("correct horse", "null")) {
            assertThat(nobody.post("/api/v1/sessions", "{'email':'%s','password':'%s'}".formatted(email, password))
                            .status())
                    .isEqualTo(401);
        }
    }

    @ParameterizedTest
    @MethodSource("wrongTokens")
    void aWrongTokenSignsNobodyIn(String what, Forgery forgery) {
        provider.signsIn(claims -> forgery.claims.apply(person().apply(claims)), forgery.token);

        assertFailed(signedIn("{}"), "rejected");
        provider.signsIn(person());
        assertThat(signedIn("{}").header("Location")).endsWith("/#/");
    }

    /** How a token is wrong. */
    record Forgery(UnaryOperator<JWTClaimsSet.Builder> claims, Function<JWTClaimsSet, String> token) {}

    static Stream<Object[]> wrongTokens() {
        UnaryOperator<JWTClaimsSet.Builder> right = claims -> claims;
        return Stream.of(
                of("issuer", claims -> claims.issuer("https://login.example.org")),
                of("audience", claims -> claims.audience("other")),
                of("no audience", claims -> claims.audience((String) null)),
                of(
                        "audience of several, for another party",
                        claims -> claims.audience(List.of(OidcProvider.CLIENT_ID, "other"))
                                .claim("azp", "other")),
                of("nonce", claims -> claims.claim("nonce", "other")),
                of("no nonce", claims -> claims.claim("nonce", null)),
                of(
                        "expired",
                        claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(120)))),
                of("no expiry", claims -> claims.expirationTime(null)),
                of("strength", claims -> claims.claim("acr", "password")),
                of("both strengths", claims -> claims.claim("acr", "urn:club:mfa phr")),
                of("no strength", claims -> claims.claim("acr", null)),
                of("no subject", claims -> claims.subject(null)),
                of("empty subject", claims -> claims.subject("")),
                new Object[] {"algorithm none", new Forgery(right, claims -> new PlainJWT(claims).serialize())},
                new Object[] {
                    "another key", new Forgery(right, claims -> OidcProvider.signed(claims, OidcProvider.newKey()))
                },
                new Object[] {"another key of the same name", new Forgery(right, ProviderSignInIT::signedByNamesake)},
                new Object[] {"HS256 with the public key", new Forgery(right, ProviderSignInIT::signedWithPublicKey)},
                new Object[] {"HS256 with the secret", new Forgery(right, ProviderSignInIT::signedWithSecret)},
                new Object[] {"no token", new Forgery(right, claims -> "garbage")});
    }

    private static Object[] of(String what, UnaryOperator<JWTClaimsSet.Builder> claims) {
        return new Object[] {what, new Forgery(claims, correct -> provider.signed(correct))};
    }

    private static String signedByNamesake(JWTClaimsSet claims) {
        var namesake = new RSAKey.Builder(OidcProvider.newKey())
                .keyID(provider.key().getKeyID())
                .build();
        return OidcProvider.signed(claims, namesake);
    }

    private static String signedWithPublicKey(JWTClaimsSet claims) {
        try {
            return hmac(claims, provider.key().toRSAPublicKey().getEncoded());
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static String signedWithSecret(JWTClaimsSet claims) {
        return hmac(claims, (OidcProvider.CLIENT_SECRET + " ".repeat(32)).getBytes());
    }

    private static String hmac(JWTClaimsSet claims, byte[] secret) {
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .keyID(provider.key().getKeyID())
                            .build(),
                    claims);
            token.sign(new MACSigner(secret));
            return token.serialize();
        } catch (JOSEException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void anAttemptIsGoodForOnceInItsOwnBrowser() {
        provider.signsIn(person());
        var begun = begin(nobody, "{}");
        var other = begin(nobody, "{}");
        var callback = callback(begun);

        var elsewhere = nobody.get(callback);
        var ofAnother = nobody.with("Cookie", attemptCookie(other)).get(callback);
        var right = nobody.with("Cookie", attemptCookie(begun)).get(callback);
        var replayed = nobody.with("Cookie", attemptCookie(begun)).get(callback);

        assertFailed(elsewhere, "expired");
        assertFailed(ofAnother, "expired");
        assertThat(right.header("Location")).endsWith("/#/");
        assertFailed(replayed, "expired");
    }

    @Test
    void aCodeIsGoodForItsOwnAttempt() {
        provider.signsIn(person());
        var first = begin(nobody, "{}");
        var second = begin(nobody, "{}");
        var code = callback(first).replaceFirst(".*[?&]code=([^&]*).*", "$1");
        var injected = callback(second).replaceFirst("code=[^&]*", "code=" + code);

        assertFailed(nobody.with("Cookie", attemptCookie(second)).get(injected), "unavailable");
    }

    @Test
    void anAttemptEndsAfterTenMinutes() {
        provider.signsIn(person());
        var begun = begin(nobody, "{}");
        muster.execute("UPDATE provider_sign_in SET expires_at = expires_at - interval '10 minutes'");

        assertFailed(nobody.with("Cookie", attemptCookie(begun)).get(callback(begun)), "expired");
    }

    @Test
    void theCookieIsForThisAttemptOnly() {
        var begun = begin(nobody, "{}");

        assertThat(begun.header("Set-Cookie"))
                .startsWith("muster-provider=")
                .containsIgnoringCase("SameSite=Lax")
                .containsIgnoringCase("HttpOnly");
        assertThat(begun.string("url")).doesNotContain(attemptCookie(begun).replaceFirst(".*=", ""));
        assertThat(begun.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void whoIsNotAllowedInIsTold() {
        var begun = begin(nobody, "{}");
        var denied = callback(begun).replaceFirst("code=[^&]*", "error=access_denied");

        assertFailed(nobody.with("Cookie", attemptCookie(begun)).get(denied), "denied");
    }

    @Test
    void aCallbackOfAnotherIssuerIsNotBelieved() {
        provider.signsIn(person());
        var begun = begin(nobody, "{}");
        var mixedUp = callback(begun).replaceFirst("iss=.*", "iss=https://login.example.org");

        assertFailed(nobody.with("Cookie", attemptCookie(begun)).get(mixedUp), "rejected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "{}", "{\"id_token\":7}"})
    void garbageSignsNobodyIn(String garbage) {
        provider.answers(garbage);

        assertThat(signedIn("{}").header("Location")).containsPattern("failure=(unavailable|rejected)$");
    }

    @Test
    void endlessGarbageSignsNobodyIn() {
        provider.answers("{\"id_token\":\"" + "a".repeat(10_000_000));

        assertFailed(signedIn("{}"), "unavailable");
    }

    @Test
    void aProviderThatDoesNotAnswerHoldsNobodyForLong() {
        provider.answers(null);
        var since = System.nanoTime();

        assertFailed(signedIn("{}"), "unavailable");
        assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void keysMayBeRotated() {
        provider.signsIn(person());
        signedIn("{}");
        provider.rotateKey();

        // Keys are not fetched for each unknown one.
        await(
                "the new key to be fetched",
                Duration.ofSeconds(20),
                () -> signedIn("{}").header("Location").endsWith("/#/"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"//evil.example", "https://evil.example", "/\\\\evil.example", "groups", "/a b", "/%2f"})
    void nobodyIsSentToAnotherSite(String returnTo) {
        assertThat(nobody.post(BEGIN, "{'returnTo':'%s'}".formatted(returnTo)).status())
                .isEqualTo(422);
    }

    @Test
    void anAddressThatTheProviderHasNotVerifiedOpensNothing() {
        provider.signsIn(claims -> person().apply(claims).claim("email_verified", false));
        assertFailed(signedIn("{}"), "email-unverified");

        provider.signsIn(claims -> person().apply(claims).claim("email", null));
        assertFailed(signedIn("{}"), "email-unverified");
    }

    @Test
    void anAccountIsLinkedByItsAddressOnlyIfBothHaveVerifiedIt() {
        account(email);
        provider.signsIn(person());
        assertFailed(signedIn("{}"), "email-taken");

        verify(email);
        provider.signsIn(claims -> person().apply(claims).claim("email_verified", false));
        assertFailed(signedIn("{}"), "email-unverified");

        provider.signsIn(person());
        assertThat(browser(signedIn("{}")).get("/api/v1/me").string("email")).isEqualTo(email);
    }

    /** Otherwise whoever has the mailbox would get around it. */
    @Test
    void anAccountWithASecondFactorIsLinkedOnlyByWhoIsSignedInToIt() {
        account(email);
        verify(email);
        muster.execute("""
                INSERT INTO second_factor (user_id, secret, confirmed_at)
                SELECT user_id, decode(repeat('00', 20), 'hex'), now() FROM user_account WHERE email = '%s'\
                """.formatted(email));
        provider.signsIn(person());

        assertFailed(signedIn("{}"), "second-factor-required");

        muster.execute("""
                INSERT INTO provider_identity (issuer, subject, user_id)
                SELECT '%s', '%s', user_id FROM user_account WHERE email = '%s'\
                """.formatted(provider.issuer(), subject, email));
        assertThat(browser(signedIn("{}")).get("/api/v1/me").string("email")).isEqualTo(email);
    }

    @Test
    void whoIsSignedInLinksTheirAccountWithTheirPassword() {
        var ann = nobody.signedUp("Ann");
        provider.signsIn(person());

        assertThat(ann.post(BEGIN, "{'link':true}").status()).isEqualTo(422);
        assertThat(ann.post(BEGIN, "{'link':true,'currentPassword':'wrong horse'}")
                        .status())
                .isEqualTo(422);
        assertThat(nobody.post(BEGIN, "{'link':true}").status()).isEqualTo(401);
        var begun = begin(ann, "{'link':true,'currentPassword':'correct horse','returnTo':'/me'}");
        var linked = nobody.with("Cookie", attemptCookie(begun)).get(callback(begun));

        assertThat(linked.header("Location")).endsWith("/#/me");
        assertThat(browser(signedIn("{}")).id()).isEqualTo(ann.id());
        var bob = begin(nobody.signedUp("Bob"), "{'link':true,'currentPassword':'correct horse'}");
        assertFailed(nobody.with("Cookie", attemptCookie(bob)).get(callback(bob)), "provider-linked");
    }

    @Test
    void whoHasASecondFactorLinksTheirAccountWithACodeToo() {
        var ann = nobody.signedUp("Ann");
        var authenticator = withSecondFactor(ann);
        var link = "{'link':true,'currentPassword':'correct horse','code':'%s'}";
        provider.signsIn(person());

        assertThat(ann.get(PROVIDERS).json().getBoolean("secondFactor")).isTrue();
        assertThat(ann.post(BEGIN, link.formatted("")).body()).contains("#/code");
        assertThat(ann.post(BEGIN, link.formatted(authenticator.wrongCode())).body())
                .contains("#/code");
        // The present code turned it on.
        var begun = begin(ann, link.formatted(authenticator.nextCode()));
        nobody.with("Cookie", attemptCookie(begun)).get(callback(begun));

        assertThat(browser(signedIn("{}")).id()).isEqualTo(ann.id());
    }

    @Test
    void aCodeIsSpentOnceAndOnlyByAnAttemptThatBegins() {
        var ann = nobody.signedUp("Ann");
        var authenticator = withSecondFactor(ann);
        var link = "{'link':true,'currentPassword':'correct horse','code':'%s'}".formatted(authenticator.nextCode());
        provider.signsIn(person());

        used("provider-sign-ins", 500);
        try {
            assertThat(ann.post(BEGIN, link).status()).isEqualTo(429);
        } finally {
            used("provider-sign-ins", 0);
        }
        var keyed = ann.with("Idempotency-Key", UUID.randomUUID().toString());
        var begun = begin(keyed, link);
        var repeated = begin(keyed, link);

        assertThat(repeated.string("url")).isEqualTo(begun.string("url"));
        nobody.with("Cookie", attemptCookie(repeated)).get(callback(repeated));
        assertThat(browser(signedIn("{}")).id()).isEqualTo(ann.id());
    }

    @Test
    void aLinkThatWasBegunWithThePasswordAloneEndsWhenASecondFactorIsTurnedOn() {
        var ann = nobody.signedUp("Ann");
        provider.signsIn(person());
        var begun = begin(ann, LINK);

        withSecondFactor(ann);

        assertFailed(nobody.with("Cookie", attemptCookie(begun)).get(callback(begun)), "expired");
    }

    @Test
    void anAccountThatChangesWhileTheProviderIsAskedIsNotLinked() throws Exception {
        var ann = nobody.signedUp("Ann");
        var id = ann.id();
        provider.signsIn(person());
        var begun = begin(ann, LINK);
        var callback = callback(begun);

        try (var connection = muster.database().connect();
                var statements = connection.createStatement()) {
            connection.setAutoCommit(false);
            statements.execute(
                    "UPDATE user_account SET password_version = password_version + 1 WHERE user_id = '" + id + "'");
            var answer = CompletableFuture.supplyAsync(
                    () -> nobody.with("Cookie", attemptCookie(begun)).get(callback));
            await(
                    "the link to wait",
                    Duration.ofSeconds(10),
                    () -> muster.database().sessions(WAITING) == 1);
            connection.commit();

            assertFailed(answer.get(), "expired");
        }
    }

    private static Authenticator withSecondFactor(Client client) {
        var factor = "/api/v1/me/second-factor";
        var begun = client.post(factor, "{'currentPassword':'correct horse'}");
        var authenticator = Authenticator.of(begun.string("secret"));
        var confirmed = client.post(factor + "/confirm", "{'code':'%s'}".formatted(authenticator.code()));
        assertThat(confirmed.status()).isEqualTo(200);
        return authenticator;
    }

    @Test
    void aLinkEndsUnlessItIsTheOnlyWayToSignIn() {
        provider.signsIn(person());
        var newcomer = browser(signedIn("{}")).with("X-Requested-With", "muster");
        var only = newcomer.get(PROVIDERS);

        var refused = newcomer.delete(PROVIDERS + "/" + id(only));

        assertThat(only.json().getBoolean("hasPassword")).isFalse();
        assertThat(only.items().get(0).getString("issuer")).isEqualTo(provider.issuer());
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.string("type")).isEqualTo("/problems/last-sign-in");
        assertThat(newcomer.get(PROVIDERS).json()).isEqualTo(only.json());

        provider.signsIn(claims -> person().apply(claims).subject("other-" + subject));
        var ann = nobody.signedUp("Ann");
        var begun = begin(ann, "{'link':true,'currentPassword':'correct horse'}");
        nobody.with("Cookie", attemptCookie(begun)).get(callback(begun));
        var linked = ann.get(PROVIDERS);

        assertThat(linked.json().getBoolean("hasPassword")).isTrue();
        assertThat(newcomer.delete(PROVIDERS + "/" + id(linked)).status()).isEqualTo(404);
        assertThat(ann.delete(PROVIDERS + "/" + id(linked)).status()).isEqualTo(204);
        assertThat(ann.get(PROVIDERS).items()).isEmpty();
        assertThat(ann.delete(PROVIDERS + "/" + id(linked)).status()).isEqualTo(404);
        assertThat(browser(signedIn("{}")).id()).isNotEqualTo(ann.id());
    }

    @Test
    void ofTwoLinksThatAreTheOnlyWaysToSignInOneStays() {
        provider.signsIn(person());
        var newcomer = browser(signedIn("{}")).with("X-Requested-With", "muster");
        var begun = begin(newcomer, "{'link':true}");
        provider.signsIn(claims -> person().apply(claims).subject("other-" + subject));
        nobody.with("Cookie", attemptCookie(begun)).get(callback(begun));

        var answers = Client.atOnce(newcomer.get(PROVIDERS).items().stream()
                .map(link -> (Callable<Answer>) () -> newcomer.delete(PROVIDERS + "/" + link.getString("id")))
                .toList());

        assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(204, 409);
        assertThat(newcomer.get(PROVIDERS).items()).hasSize(1);
    }

    private static String id(Answer ways) {
        return ways.items().get(0).getString("id");
    }

    @Test
    void whoComesBackTooOftenIsTurnedAway() {
        provider.signsIn(person());
        var begun = begin(nobody, "{}");
        var callback = callback(begun);

        used("provider-callbacks", 1_000);
        try {
            assertFailed(nobody.with("Cookie", attemptCookie(begun)).get(callback), "too-many-requests");
        } finally {
            used("provider-callbacks", 0);
        }

        assertThat(nobody.with("Cookie", attemptCookie(begun)).get(callback).header("Location"))
                .endsWith("/#/");
        assertThat(nobody.get("/metrics").body()).contains("muster_limits_refused_total{limit=\"provider-callbacks\"}");
    }

    private static void used(String limit, int times) {
        muster.execute("""
                INSERT INTO limit_use (key, uses, resets_at)
                VALUES (sha256(convert_to(E'%s\\n127.0.0.1', 'UTF8')), %d, now() + interval '1 hour')
                    ON CONFLICT (key) DO UPDATE SET uses = EXCLUDED.uses\
                """.formatted(limit, times));
    }

    private UnaryOperator<JWTClaimsSet.Builder> person() {
        return claims -> claims.subject(subject)
                .claim("email", email)
                .claim("email_verified", true)
                .claim("acr", "phr")
                .claim("name", "Ann Lee");
    }

    /** The whole way, in a browser of its own. */
    private static Answer signedIn(String terms) {
        var begun = begin(nobody, terms);
        return nobody.with("Cookie", attemptCookie(begun)).get(callback(begun));
    }

    private static Answer begin(Client client, String terms) {
        var begun = client.post(BEGIN, terms);
        assertThat(begun.status()).as(begun.body()).isEqualTo(200);
        return begun;
    }

    /** The address that the provider sends the browser to. */
    private static String callback(Answer begun) {
        var callback = provider.authorize(URI.create(begun.string("url")));
        return callback.getRawPath() + "?" + callback.getRawQuery();
    }

    private static String attemptCookie(Answer begun) {
        return begun.header("Set-Cookie").split(";")[0];
    }

    /** Somebody with the cookie of the session that was opened. */
    private static Client browser(Answer signedIn) {
        var session = signedIn.response().headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("muster="))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no session: " + signedIn.header("Location")));
        return nobody.with("Cookie", session.split(";")[0]);
    }

    private static void assertFailed(Answer answer, String reason) {
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("Location"))
                .isEqualTo(muster.base().resolve("/#/sign-in?failure=" + reason).toString());
        assertThat(answer.response().headers().allValues("Set-Cookie"))
                .noneMatch(cookie -> cookie.startsWith("muster="));
    }

    private static void account(String email) {
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC'}".formatted(email));
    }

    private static void verify(String email) {
        muster.execute("UPDATE user_account SET email_verified_at = now() WHERE email = '%s'".formatted(email));
    }
}
