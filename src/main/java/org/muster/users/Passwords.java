package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.identitystore.Pbkdf2PasswordHash;
import java.util.Map;
import java.util.Optional;
import org.muster.settings.Password;

/** Hashes passwords: PBKDF2 with HMAC-SHA-512 in the rounds that OWASP recommends. */
@ApplicationScoped
public class Passwords {
    @Inject
    Pbkdf2PasswordHash pbkdf2;

    private String dummyHash;

    @PostConstruct
    void initialize() {
        pbkdf2.initialize(Map.of(
                "Pbkdf2PasswordHash.Algorithm", "PBKDF2WithHmacSHA512", "Pbkdf2PasswordHash.Iterations", "210000"));
        dummyHash = pbkdf2.generate("nobody".toCharArray());
    }

    /** The hash to store. */
    public String hash(Password password) {
        return pbkdf2.generate(password.value().toCharArray());
    }

    /**
     * Whether the password matches the hash. Takes the same time without a hash, so that the duration does not reveal
     * whether the account exists.
     */
    public boolean verify(Password password, Optional<String> hash) {
        var matches = pbkdf2.verify(password.value().toCharArray(), hash.orElse(dummyHash));
        return matches && hash.isPresent();
    }
}
