package org.muster.oidc;

import java.util.Optional;

/**
 * Somebody whom the provider has signed in.
 *
 * @param issuer with {@code subject}, who it is, for ever
 * @param email absent if the provider does not tell it, or has not verified it: it may be anybody's then
 * @param name absent if the provider does not tell it
 * @param zone the name of a time zone; absent if the provider does not tell it
 */
record Person(String issuer, String subject, Optional<String> email, Optional<String> name, Optional<String> zone) {
    @Override
    public String toString() {
        return "(hidden)";
    }
}
