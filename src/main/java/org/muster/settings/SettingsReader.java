package org.muster.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.muster.json.EnumNames;

/**
 * Reads the settings from the environment. The names of the environment variables appear here, and in the readers of the parts, only.
 */
public final class SettingsReader {
    private static final Pattern CALENDAR_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

    private static final Pattern OPERATOR =
            Pattern.compile("[^\\s@]+@[^\\s@]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final String AUTHENTICATION_METHOD_NAMES = "scram-sha-256, md5, password, gss, sspi and none";

    private static final String AUTHENTICATION_METHOD = "(scram-sha-256|md5|password|gss|sspi|none)";

    private static final Pattern AUTHENTICATION_METHODS = Pattern.compile(AUTHENTICATION_METHOD + "(,"
            + AUTHENTICATION_METHOD + ")*|!" + AUTHENTICATION_METHOD + "(,!" + AUTHENTICATION_METHOD + ")*");

    private static final Pattern BEARER_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final Map<String, Tls> TLS =
            Map.of("false", Tls.OFF, "true", Tls.VERIFY_FULL, "require", Tls.REQUIRE);

    private final Variables variables;

    private SettingsReader(Variables variables) {
        this.variables = variables;
    }

    /**
     * Reads and validates all settings.
     *
     * @throws InvalidSettingsException if any are invalid; the message names each variable, its value and the allowed values
     */
    public static Settings read(Environment environment) {
        return new SettingsReader(new Variables(environment)).settings();
    }

    private Settings settings() {
        var port = variables.port("DB_PORT", 5432);
        var tls = tls();
        var iamTokens = variables.choice("DB_AUTH", "password", "iam").equals("iam");
        var settings = new Settings(
                hosts("DB_HOST"),
                port,
                variables.verbatim("DB_NAME"),
                variables.verbatim("DB_USER"),
                variables.verbatim("DB_PASSWORD").map(Password::new),
                iamTokens,
                authentication(tls, iamTokens),
                tls,
                rootCertificate(),
                variables.get("AWS_SECRET_NAME"),
                variables.get("AWS_REGION").orElse("ca-central-1"),
                variables.get("AWS_ENDPOINT_URL_SECRETS_MANAGER").or(() -> variables.get("AWS_ENDPOINT_URL")),
                accessKey(),
                webIdentity(),
                variables.seconds("AWS_SECRET_REFRESH_S", Duration.ofMinutes(5), 1, 86_400),
                pool("DB_POOL"),
                pooler(),
                replicas(),
                variables.millis("DB_CONNECT_TIMEOUT_MS", Duration.ofSeconds(5), 1),
                variables.millis("DB_STATEMENT_TIMEOUT_MS", Duration.ofSeconds(30), 0),
                variables.millis("DB_SLOW_STATEMENT_MS", Duration.ofSeconds(1), 0),
                variables.millis("MUSTER_WARM_UP_MS", Duration.ofSeconds(2), 0),
                variables.seconds("SHUTDOWN_DELAY_S", Duration.ZERO, 0, 3_600),
                variables.seconds("SHUTDOWN_GRACE_S", Duration.ofSeconds(30), 0, 3_600),
                calendarName(),
                operators(),
                variables.flag("MUSTER_RECOMPUTE_TIMES"),
                variables.publicUrl("MUSTER_URL"),
                trustedProxies(),
                metricsToken(),
                new MailReader(variables).read(),
                variables.publicUrl("MUSTER_MAIL_PREVIEW"),
                accounts(),
                new PushReader(variables).read(),
                variables.choice("MUSTER_OFFLINE_COPIES", "on", "off").equals("on"));
        if (settings.authentication().directTls() && tls == Tls.OFF) {
            variables.reject("DB_SSL_NEGOTIATION=direct needs DB_SSL=true or require");
        }
        if (settings.authentication().bound() && (tls == Tls.OFF || iamTokens)) {
            variables.reject("DB_CHANNEL_BINDING=require needs DB_SSL=true or require, and a password");
        }
        if (iamTokens && tls == Tls.OFF) {
            variables.reject("DB_AUTH=iam needs DB_SSL=true: tokens are sent as they are");
        }
        if (settings.mail().isPresent() && variables.get("MUSTER_URL").isEmpty()) {
            variables.reject("MUSTER_URL is missing: SMTP_HOST needs it, for the links in mail");
        }
        var ownDatabase = settings.host().equals(Optional.of("localhost"))
                && settings.secretName().isEmpty();
        if (settings.mailPreview().isPresent() && (settings.mail().isPresent() || !ownDatabase)) {
            variables.reject("MUSTER_MAIL_PREVIEW is not allowed: `mvn -Prun` sets it for a database of its own");
        }
        variables.requireValid();
        return settings;
    }

    private Optional<String> hosts(String variable) {
        var hosts = variables.get(variable);
        if (hosts.isPresent() && !Hosts.valid(hosts.get())) {
            // The value is not quoted: it may be a whole URL with a password in it.
            variables.reject(variable + " is not allowed: it must be a host name, or several as a:5432,b:5432");
        }
        return hosts;
    }

    /** @param prefix of the variables of this pool */
    private Settings.Pool pool(String prefix) {
        var standard = Settings.Pool.DEFAULT;
        var max = variables.number(prefix + "_MAX", standard.max(), 1, 1_000);
        var min = variables.number(prefix + "_MIN", Math.min(standard.min(), max), 0, 1_000);
        if (min > max) {
            variables.reject(prefix + "_MIN", min, "a whole number from 0 to " + prefix + "_MAX, which is " + max);
        }
        var idleTimeout = variables.seconds("DB_IDLE_TIMEOUT_S", standard.idleTimeout(), 1, 86_400);
        return new Settings.Pool(
                min, max, variables.millis("DB_ACQUIRE_TIMEOUT_MS", standard.acquireTimeout(), 1), idleTimeout);
    }

    private Optional<Settings.Pooler> pooler() {
        var transactions = variables.choice("DB_POOLER", "none", "transaction").equals("transaction");
        var direct = hosts("DB_DIRECT_HOST");
        if (direct.isPresent() && !transactions) {
            variables.reject("DB_DIRECT_HOST needs DB_POOLER=transaction");
        }
        return transactions ? Optional.of(new Settings.Pooler(direct)) : Optional.empty();
    }

    private Optional<Settings.Replicas> replicas() {
        var maxLag = variables.millis("DB_REPLICA_MAX_LAG_MS", Duration.ofSeconds(1), 1);
        return hosts("DB_REPLICA_HOSTS").map(hosts -> new Settings.Replicas(hosts, maxLag, pool("DB_REPLICA_POOL")));
    }

    private Optional<Settings.AccessKey> accessKey() {
        var secret = variables.key("AWS_SECRET_ACCESS_KEY").map(Password::new);
        var session = variables.key("AWS_SESSION_TOKEN").map(Password::new);
        return variables
                .key("AWS_ACCESS_KEY_ID")
                .flatMap(id -> secret.map(known -> new Settings.AccessKey(id, known, session)));
    }

    private Optional<Settings.WebIdentity> webIdentity() {
        var name = variables.get("AWS_WEB_IDENTITY_TOKEN_FILE");
        var role = variables.get("AWS_ROLE_ARN");
        if (name.isPresent() && role.isEmpty()) {
            variables.reject("AWS_ROLE_ARN is missing: AWS_WEB_IDENTITY_TOKEN_FILE needs it");
        }
        var file = variables.file("AWS_WEB_IDENTITY_TOKEN_FILE");
        if (name.isPresent() && file.isEmpty()) {
            variables.reject("AWS_WEB_IDENTITY_TOKEN_FILE", name.get(), "the name of a file");
        }
        var session = variables.get("AWS_ROLE_SESSION_NAME").orElse("muster");
        var endpoint = variables.get("AWS_ENDPOINT_URL_STS").or(() -> variables.get("AWS_ENDPOINT_URL"));
        return file.flatMap(token -> role.map(arn -> new Settings.WebIdentity(token, arn, session, endpoint)));
    }

    private Settings.Authentication authentication(Tls tls, boolean iamTokens) {
        // A password in clear text is for a server that has proved who it is.
        var safe = tls == Tls.VERIFY_FULL || iamTokens ? "" : "!password";
        var methods = variables.get("DB_REQUIRE_AUTH").orElse(safe).replaceAll("\\s", "");
        if (!methods.isEmpty() && !AUTHENTICATION_METHODS.matcher(methods).matches()) {
            variables.reject(
                    "DB_REQUIRE_AUTH",
                    methods,
                    "a list such as scram-sha-256,md5 or !password,!md5 of " + AUTHENTICATION_METHOD_NAMES);
        }
        var binding = variables.choice("DB_CHANNEL_BINDING", "prefer", "disable", "require");
        var negotiation = variables.choice("DB_SSL_NEGOTIATION", "postgres", "direct");
        return new Settings.Authentication(methods, binding, negotiation.equals("direct"));
    }

    private Tls tls() {
        var value = variables.get("DB_SSL").orElse("false");
        var tls = TLS.get(value.toLowerCase(Locale.ROOT));
        if (tls == null) {
            variables.reject("DB_SSL", value, "true, require or false");
        }
        return tls;
    }

    private Optional<Path> rootCertificate() {
        var name = variables.get("DB_SSL_ROOT_CERT");
        var file = variables.file("DB_SSL_ROOT_CERT").filter(Files::isReadable);
        if (name.isPresent() && file.isEmpty()) {
            variables.reject("DB_SSL_ROOT_CERT", name.get(), "a readable file of certificates in PEM format");
        }
        return file;
    }

    private String calendarName() {
        var name = variables.get("MUSTER_CALENDAR_NAME").orElse("muster.invalid");
        if (!CALENDAR_NAME.matcher(name).matches()) {
            variables.reject("MUSTER_CALENDAR_NAME", name, "a name such as muster.example.org");
        }
        return name;
    }

    private Set<String> operators() {
        var addresses = variables.get("MUSTER_OPERATORS").orElse("").toLowerCase(Locale.ROOT);
        var operators = Arrays.stream(addresses.split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (!operators.stream().allMatch(OPERATOR.asMatchPredicate())) {
            variables.reject(
                    "MUSTER_OPERATORS", addresses, "e-mail addresses and ids of accounts, separated by commas");
        }
        return operators;
    }

    private List<AddressRange> trustedProxies() {
        var text = variables.get("MUSTER_TRUSTED_PROXIES").orElse("");
        var items = Arrays.stream(text.split("[,\\s]+"))
                .filter(item -> !item.isEmpty())
                .toList();
        items.stream()
                .filter(item -> AddressRange.of(item).isEmpty())
                .forEach(item -> variables.reject(
                        "MUSTER_TRUSTED_PROXIES",
                        item,
                        "IP addresses, or ranges such as 10.0.0.0/8 and fd00::/8, separated by commas or blanks"));
        return items.stream().flatMap(item -> AddressRange.of(item).stream()).toList();
    }

    private Optional<Password> metricsToken() {
        var token = variables.get("MUSTER_METRICS_TOKEN");
        if (token.filter(BEARER_TOKEN.asMatchPredicate().negate()).isPresent()) {
            variables.reject("MUSTER_METRICS_TOKEN is not allowed: it must be of letters, digits and . _ ~ + / -");
        }
        return token.map(Password::new);
    }

    private Settings.Accounts accounts() {
        var registration = variables.choice("MUSTER_REGISTRATION", "open", "invited", "closed");
        return new Settings.Accounts(
                EnumNames.find(RegistrationMode.class, registration).orElse(RegistrationMode.CLOSED),
                new ProviderReader(variables).read(),
                variables.safeUrl("MUSTER_BREACHED_PASSWORDS_URL", "https://api.pwnedpasswords.com/range"),
                variables.choice("MUSTER_SECOND_FACTOR", "optional", "required").equals("required"));
    }
}
