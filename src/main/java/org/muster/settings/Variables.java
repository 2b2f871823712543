package org.muster.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The variables of an environment, by type. A value that is not allowed is an error, and reads as a placeholder; {@link #requireValid}
 * throws all errors.
 */
final class Variables {
    private static final int MAX_PORT = 65_535;
    private static final int MAX_MILLIS = 86_400_000;

    private static final Pattern PUBLIC_URL =
            Pattern.compile("(?i)https?://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    private final Environment environment;
    private final Set<String> errors = new LinkedHashSet<>();

    Variables(Environment environment) {
        this.environment = environment;
    }

    /** As {@link Environment#get}. */
    Optional<String> get(String variable) {
        return environment.get(variable);
    }

    /** As {@link Environment#verbatim}. */
    Optional<String> verbatim(String variable) {
        return environment.verbatim(variable);
    }

    /** A secret, or the id of one, as it is; empty if it is blank. */
    Optional<String> key(String variable) {
        return environment.verbatim(variable).filter(key -> !key.isBlank());
    }

    /** The value of a variable, the first of these by default. */
    String choice(String variable, String... allowed) {
        var value = environment.get(variable).orElse(allowed[0]).toLowerCase(Locale.ROOT);
        if (!List.of(allowed).contains(value)) {
            reject(variable, value, String.join(" or ", allowed));
        }
        return value;
    }

    boolean flag(String variable) {
        var value = environment.get(variable).orElse("false").toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            reject(variable, value, "true or false");
        }
        return value.equals("true");
    }

    Duration millis(String variable, Duration byDefault, int min) {
        return Duration.ofMillis(number(variable, (int) byDefault.toMillis(), min, MAX_MILLIS));
    }

    Duration seconds(String variable, Duration byDefault, int min, int max) {
        return Duration.ofSeconds(number(variable, (int) byDefault.toSeconds(), min, max));
    }

    int port(String variable, int byDefault) {
        return number(variable, byDefault, 1, MAX_PORT);
    }

    int number(String variable, int byDefault, int min, int max) {
        var value = environment.get(variable);
        if (value.isEmpty()) {
            return byDefault;
        }
        try {
            var number = Integer.parseInt(value.get());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Reported below, like a number out of range.
        }
        reject(variable, value.get(), "a whole number from " + min + " to " + max);
        return byDefault;
    }

    /** An address at which people reach a server, without a path. */
    Optional<URI> publicUrl(String variable) {
        var text = environment.get(variable).map(url -> url.replaceFirst("/$", ""));
        var url = text.flatMap(Variables::parsedPublicUrl);
        if (text.isPresent() && url.isEmpty()) {
            // The value is not quoted: it may have a password in it.
            reject(variable
                    + " is not allowed: it must be an address such as https://muster.example.org, without a path");
        }
        return url;
    }

    private static Optional<URI> parsedPublicUrl(String text) {
        if (!PUBLIC_URL.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            var url = new URI(text.toLowerCase(Locale.ROOT)).parseServerAuthority();
            return Optional.of(url).filter(known -> known.getPort() != 0 && known.getPort() <= MAX_PORT);
        } catch (URISyntaxException invalid) {
            return Optional.empty();
        }
    }

    /** An address that Muster sends requests to: one of {@link SafeAddresses}. */
    Optional<URI> safeUrl(String variable, String example) {
        var text = environment.get(variable);
        var url = text.flatMap(Variables::parsedSafeUrl);
        if (text.isPresent() && url.isEmpty()) {
            // The value is not quoted: it may have a password in it.
            reject(variable + " is not allowed: it must be an address such as " + example
                    + ", with http on this machine only");
        }
        return url;
    }

    private static Optional<URI> parsedSafeUrl(String text) {
        try {
            return Optional.of(new URI(text).parseServerAuthority())
                    .filter(SafeAddresses::include)
                    .filter(url ->
                            url.getRawQuery() == null && url.getRawFragment() == null && url.getRawUserInfo() == null);
        } catch (URISyntaxException invalid) {
            return Optional.empty();
        }
    }

    /** The file of this name, which may be missing; empty if the locale has no such file name. */
    Optional<Path> file(String variable) {
        return environment.get(variable).flatMap(Variables::path);
    }

    private static Optional<Path> path(String name) {
        try {
            return Optional.of(Path.of(name));
        } catch (InvalidPathException invalid) {
            return Optional.empty();
        }
    }

    /** Adds the error that this value is not allowed. */
    void reject(String variable, Object value, String allowed) {
        reject(variable + "=" + value + " is not allowed: it must be " + allowed);
    }

    /** Adds an error, which names the variable. */
    void reject(String error) {
        errors.add(error);
    }

    /** @throws InvalidSettingsException if there are errors */
    void requireValid() {
        if (!errors.isEmpty()) {
            throw new InvalidSettingsException(String.join("; ", errors));
        }
    }
}
