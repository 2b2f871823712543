package org.muster.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the operator configured, checked. Every variable's name stands here and nowhere else.
 *
 * @param host the database's host name, or several as {@code a:5432,b:5432} of which one takes writes, if it does not
 *     come from the secret
 * @param port the port of hosts that name none, if it does not come from the secret
 * @param name the database's name, if it does not come from the secret
 * @param user who signs in, if it does not come from the secret
 * @param password with what, if it does not come from the secret
 * @param tls how connections are encrypted
 * @param rootCertificate PEM file of the authorities to trust; absent means the JVM's
 * @param secretName the secret in AWS Secrets Manager that holds the credentials
 * @param region where that secret is
 * @param endpoint where Secrets Manager answers, if not at AWS's own address
 * @param accessKey what to sign in to AWS with; absent leaves it to the AWS SDK's default chain
 * @param secretRefresh how old the secret's value gets before it is asked for again
 * @param pool the pool's limits
 * @param connectTimeout the longest that opening one connection may take
 * @param statementTimeout the longest that one statement may run; zero leaves it to the database
 * @param slowStatement from which time on a statement is logged; zero logs none
 * @param shutdownGrace the longest that requests in flight may take to finish when the server stops
 * @param calendarName what the ids of calendar entries end with, in place of a host name
 * @param operators the e-mail addresses, in lower case, of those who may see how the server fares
 * @param recomputeTimes whether activities to come are moved to their wall clocks when the rules of time zones have changed
 */
public record Settings(
        Optional<String> host,
        int port,
        Optional<String> name,
        Optional<String> user,
        Optional<Password> password,
        Tls tls,
        Optional<Path> rootCertificate,
        Optional<String> secretName,
        String region,
        Optional<String> endpoint,
        Optional<AccessKey> accessKey,
        Duration secretRefresh,
        Pool pool,
        Duration connectTimeout,
        Duration statementTimeout,
        Duration slowStatement,
        Duration shutdownGrace,
        String calendarName,
        Set<String> operators,
        boolean recomputeTimes) {

    /**
     * The pool's limits.
     *
     * @param min connections that stay open
     * @param max connections that are open at most
     * @param acquireTimeout the longest that a caller waits for one
     * @param idleTimeout how long one above min stays open unused
     */
    public record Pool(int min, int max, Duration acquireTimeout, Duration idleTimeout) {
        /** As the pool is declared in {@code glassfish-resources.xml}. */
        public static final Pool DEFAULT = new Pool(2, 10, Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    /**
     * A key of AWS.
     *
     * @param session absent if the key is a permanent one
     */
    public record AccessKey(String id, Password secret, Optional<Password> session) {}

    private static final Pattern CALENDAR_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

    private static final Pattern ADDRESS = Pattern.compile("[^\\s@]+@[^\\s@]+");

    private static final Map<String, Tls> TLS =
            Map.of("false", Tls.OFF, "true", Tls.VERIFY_FULL, "require", Tls.REQUIRE);

    /**
     * Reads and checks all settings.
     *
     * @throws InvalidSettingsException naming each variable, its value and what is allowed
     */
    public static Settings of(Environment environment) {
        return new Reader(environment).settings();
    }

    /** Whether a database has been configured, by address or by secret. */
    public boolean namesDatabase() {
        return host.isPresent() || secretName.isPresent();
    }

    private static final class Reader {
        private final Environment environment;
        private final List<String> errors = new ArrayList<>();

        Reader(Environment environment) {
            this.environment = environment;
        }

        Settings settings() {
            var port = number("DB_PORT", 5432, 1, 65_535);
            var max = number("DB_POOL_MAX", Pool.DEFAULT.max(), 1, 1_000);
            var min = number("DB_POOL_MIN", Math.min(Pool.DEFAULT.min(), max), 0, 1_000);
            if (min > max) {
                errors.add(refused("DB_POOL_MIN", min, "a whole number from 0 to DB_POOL_MAX, which is " + max));
            }
            var settings = new Settings(
                    host(),
                    port,
                    environment.get("DB_NAME"),
                    environment.get("DB_USER"),
                    environment.get("DB_PASSWORD").map(Password::new),
                    tls(),
                    rootCertificate(),
                    environment.get("AWS_SECRET_NAME"),
                    environment.get("AWS_REGION").orElse("ca-central-1"),
                    environment.get("AWS_ENDPOINT_URL_SECRETS_MANAGER").or(() -> environment.get("AWS_ENDPOINT_URL")),
                    accessKey(),
                    Duration.ofSeconds(number("AWS_SECRET_REFRESH_S", 300, 1, 86_400)),
                    new Pool(
                            min,
                            max,
                            millis("DB_ACQUIRE_TIMEOUT_MS", Pool.DEFAULT.acquireTimeout(), 1),
                            Duration.ofSeconds(number(
                                    "DB_IDLE_TIMEOUT_S",
                                    (int) Pool.DEFAULT.idleTimeout().toSeconds(),
                                    1,
                                    86_400))),
                    millis("DB_CONNECT_TIMEOUT_MS", Duration.ofSeconds(5), 1),
                    millis("DB_STATEMENT_TIMEOUT_MS", Duration.ofSeconds(30), 0),
                    millis("DB_SLOW_STATEMENT_MS", Duration.ofSeconds(1), 0),
                    Duration.ofSeconds(number("SHUTDOWN_GRACE_S", 30, 0, 3_600)),
                    calendarName(),
                    operators(),
                    flag("MUSTER_RECOMPUTE_TIMES"));
            if (!errors.isEmpty()) {
                throw new InvalidSettingsException(String.join("; ", errors));
            }
            return settings;
        }

        private Optional<String> host() {
            var host = environment.get("DB_HOST");
            if (host.isPresent() && !Hosts.valid(host.get())) {
                // A whole address may have been given, with a password in it.
                errors.add("DB_HOST is not allowed: it must be a host name, or several as a:5432,b:5432");
            }
            return host;
        }

        private Optional<AccessKey> accessKey() {
            var secret = environment.get("AWS_SECRET_ACCESS_KEY").map(Password::new);
            var session = environment.get("AWS_SESSION_TOKEN").map(Password::new);
            return environment
                    .get("AWS_ACCESS_KEY_ID")
                    .flatMap(id -> secret.map(known -> new AccessKey(id, known, session)));
        }

        private Tls tls() {
            var value = environment.get("DB_SSL").orElse("false");
            var tls = TLS.get(value.toLowerCase(Locale.ROOT));
            if (tls == null) {
                errors.add(refused("DB_SSL", value, "true, require or false"));
            }
            return tls;
        }

        private Optional<Path> rootCertificate() {
            var file = environment.get("DB_SSL_ROOT_CERT").map(Path::of);
            if (file.isPresent() && !Files.isReadable(file.get())) {
                errors.add(refused("DB_SSL_ROOT_CERT", file.get(), "a readable file of certificates in PEM format"));
            }
            return file;
        }

        private String calendarName() {
            var name = environment.get("MUSTER_CALENDAR_NAME").orElse("muster.invalid");
            if (!CALENDAR_NAME.matcher(name).matches()) {
                errors.add(refused("MUSTER_CALENDAR_NAME", name, "a name such as muster.example.org"));
            }
            return name;
        }

        private Set<String> operators() {
            var addresses = environment.get("MUSTER_OPERATORS").orElse("").toLowerCase(Locale.ROOT);
            var operators = Arrays.stream(addresses.split(","))
                    .map(String::strip)
                    .filter(address -> !address.isEmpty())
                    .collect(Collectors.toUnmodifiableSet());
            if (!operators.stream().allMatch(ADDRESS.asMatchPredicate())) {
                errors.add(refused("MUSTER_OPERATORS", addresses, "e-mail addresses, separated by commas"));
            }
            return operators;
        }

        private boolean flag(String variable) {
            var value = environment.get(variable).orElse("false").toLowerCase(Locale.ROOT);
            if (!value.equals("true") && !value.equals("false")) {
                errors.add(refused(variable, value, "true or false"));
            }
            return value.equals("true");
        }

        private Duration millis(String variable, Duration byDefault, int least) {
            return Duration.ofMillis(number(variable, (int) byDefault.toMillis(), least, 86_400_000));
        }

        private int number(String variable, int byDefault, int least, int most) {
            var value = environment.get(variable);
            if (value.isEmpty()) {
                return byDefault;
            }
            try {
                var number = Integer.parseInt(value.get());
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // Refused below, like a number out of range.
            }
            errors.add(refused(variable, value.get(), "a whole number from " + least + " to " + most));
            return byDefault;
        }

        private static String refused(String variable, Object value, String allowed) {
            return variable + "=" + value + " is not allowed: it must be " + allowed;
        }
    }
}
