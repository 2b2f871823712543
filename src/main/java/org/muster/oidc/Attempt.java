package org.muster.oidc;

import java.util.Base64;
import org.muster.database.Sha256;
import org.muster.users.Token;

/**
 * One attempt to sign in with the provider. Nonce and code verifier are derived from both secrets, so that neither the database nor the
 * address of the callback is enough to go on with somebody else's.
 *
 * @param state in the address of the callback
 * @param browser in the browser's cookie
 */
record Attempt(Token state, Token browser) {
    static Attempt begin() {
        return new Attempt(Token.random(), Token.random());
    }

    /** What the ID token repeats, so that one of another attempt does not count. */
    String nonce() {
        return derived("nonce");
    }

    /** What proves to the provider that whoever has the code has begun the attempt. */
    String codeVerifier() {
        return derived("verifier");
    }

    /** The verifier's hash, which the provider compares with it. */
    String codeChallenge() {
        return hash(codeVerifier());
    }

    private String derived(String purpose) {
        return hash(purpose + "\n" + browser.value() + "\n" + state.value());
    }

    private static String hash(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.of(text));
    }
}
