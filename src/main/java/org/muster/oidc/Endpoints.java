package org.muster.oidc;

import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.net.URI;
import java.net.URISyntaxException;
import org.muster.oidc.ProviderException.Reason;
import org.muster.settings.SafeAddresses;
import org.muster.settings.Settings;

/**
 * Where a provider does what, as it describes itself.
 *
 * @param secretInBody whether it takes the client's secret in the body only
 */
record Endpoints(URI authorization, URI token, URI keys, boolean secretInBody) {

    /**
     * Reads the description.
     *
     * @throws ProviderException if it is another issuer's, or lacks an endpoint, or one is without TLS
     */
    static Endpoints of(JsonObject description, Settings.Provider provider) throws ProviderException {
        if (!provider.issuer().toString().equals(text(description, "issuer"))) {
            throw new ProviderException(
                    Reason.UNAVAILABLE, "the provider's description is of another issuer than OIDC_ISSUER");
        }
        return new Endpoints(
                endpoint(description, "authorization_endpoint"),
                endpoint(description, "token_endpoint"),
                endpoint(description, "jwks_uri"),
                lists(description, "client_secret_post") && !lists(description, "client_secret_basic"));
    }

    private static URI endpoint(JsonObject description, String name) throws ProviderException {
        try {
            var url = new URI(text(description, name)).parseServerAuthority();
            if (SafeAddresses.include(url)) {
                return url;
            }
        } catch (URISyntaxException invalid) {
            // As if it were missing.
        }
        throw new ProviderException(
                Reason.UNAVAILABLE, "the provider's description has no " + name + " that starts with https");
    }

    private static boolean lists(JsonObject description, String method) {
        return description.get("token_endpoint_auth_methods_supported") instanceof JsonArray methods
                && methods.stream()
                        .anyMatch(listed -> listed instanceof JsonString text
                                && text.getString().equals(method));
    }

    private static String text(JsonObject description, String name) {
        return description.get(name) instanceof JsonString text ? text.getString() : "";
    }
}
