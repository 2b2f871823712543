package org.muster.settings;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads which provider of OpenID Connect people can sign in with. */
final class ProviderReader {
    private final Variables variables;

    ProviderReader(Variables variables) {
        this.variables = variables;
    }

    /** Empty if there is none. */
    Optional<Settings.Provider> read() {
        var address = variables.get("OIDC_ISSUER");
        var clientId = variables.key("OIDC_CLIENT_ID");
        var clientSecret = variables.key("OIDC_CLIENT_SECRET").map(Password::new);
        if (Stream.of(address, clientId, clientSecret)
                                .filter(Optional::isPresent)
                                .count()
                        % 3
                != 0) {
            variables.reject("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all or none");
        }
        var name = variables.get("OIDC_NAME");
        var acrValues = variables.get("OIDC_ACR_VALUES").stream()
                .flatMap(values -> Arrays.stream(values.split("\\s+")))
                .toList();
        return variables
                .safeUrl("OIDC_ISSUER", "https://login.example.org/realms/club")
                .flatMap(issuer -> clientId.flatMap(id -> clientSecret.map(secret ->
                        new Settings.Provider(name.orElse(issuer.getHost()), issuer, id, secret, acrValues))));
    }
}
