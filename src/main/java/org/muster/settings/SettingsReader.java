package org.muster.settings;

import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.muster.json.EnumNames;

/** Reads the settings from the environment. The names of the environment variables appear in this class only. */
public final class SettingsReader {
    private static final Pattern CALENDAR_NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");

    private static final int MAX_PORT = 65_535;

    private static final Pattern OPERATOR =
            Pattern.compile("[^\\s@]+@[^\\s@]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final Pattern MAIL_HOST = Pattern.compile("[A-Za-z0-9._-]+|[0-9A-Fa-f:]+");

    private static final Pattern MAIL_FROM = Pattern.compile(
            "(?<plain>[^\\s@<>]+@[^\\s@<>]+)|(?<name>[^<>@\"\\p{Cntrl}]*)<(?<address>[^\\s@<>]+@[^\\s@<>]+)>");

    private static final Pattern PUBLIC_URL =
            Pattern.compile("(?i)https?://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    private static final String AUTHENTICATION_METHOD_NAMES = "scram-sha-256, md5, password, gss, sspi and none";

    private static final String AUTHENTICATION_METHOD = "(scram-sha-256|md5|password|gss|sspi|none)";

    private static final Pattern AUTHENTICATION_METHODS = Pattern.compile(AUTHENTICATION_METHOD + "(,"
            + AUTHENTICATION_METHOD + ")*|!" + AUTHENTICATION_METHOD + "(,!" + AUTHENTICATION_METHOD + ")*");

    private static final Pattern BEARER_TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    private static final Pattern BASE64URL_OF_32_BYTES = Pattern.compile("[A-Za-z0-9_-]{43}=?");

    /** The number of points of the curve P-256: its private keys are smaller. */
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private static final Pattern VAPID_SUBJECT = Pattern.compile("mailto:[^\\s@]+@[^\\s@]+|https://[^\\s]+");

    /** Where the common browsers have their push services. */
    private static final String PUSH_ORIGINS = "https://fcm.googleapis.com https://*.push.services.mozilla.com"
            + " https://*.push.apple.com https://*.notify.windows.com";

    private static final Map<String, Tls> TLS =
            Map.of("false", Tls.OFF, "true", Tls.VERIFY_FULL, "require", Tls.REQUIRE);

    private final Environment environment;
    private final Set<String> errors = new LinkedHashSet<>();

    private SettingsReader(Environment environment) {
        this.environment = environment;
    }

    /**
     * Reads and validates all settings.
     *
     * @throws InvalidSettingsException if any are invalid; the message names each variable, its value and the allowed values
     */
    public static Settings read(Environment environment) {
        return new SettingsReader(environment).settings();
    }

    private Settings settings() {
        var port = number("DB_PORT", 5432, 1, MAX_PORT);
        var tls = tls();
        var iamTokens = choice("DB_AUTH", "password", "iam").equals("iam");
        var settings = new Settings(
                hosts("DB_HOST"),
                port,
                environment.verbatim("DB_NAME"),
                environment.verbatim("DB_USER"),
                environment.verbatim("DB_PASSWORD").map(Password::new),
                iamTokens,
                authentication(tls, iamTokens),
                tls,
                rootCertificate(),
                environment.get("AWS_SECRET_NAME"),
                environment.get("AWS_REGION").orElse("ca-central-1"),
                environment.get("AWS_ENDPOINT_URL_SECRETS_MANAGER").or(() -> environment.get("AWS_ENDPOINT_URL")),
                accessKey(),
                webIdentity(),
                Duration.ofSeconds(number("AWS_SECRET_REFRESH_S", 300, 1, 86_400)),
                pool("DB_POOL"),
                pooler(),
                replicas(),
                millis("DB_CONNECT_TIMEOUT_MS", Duration.ofSeconds(5), 1),
                millis("DB_STATEMENT_TIMEOUT_MS", Duration.ofSeconds(30), 0),
                millis("DB_SLOW_STATEMENT_MS", Duration.ofSeconds(1), 0),
                millis("MUSTER_WARM_UP_MS", Duration.ofSeconds(2), 0),
                Duration.ofSeconds(number("SHUTDOWN_DELAY_S", 0, 0, 3_600)),
                Duration.ofSeconds(number("SHUTDOWN_GRACE_S", 30, 0, 3_600)),
                calendarName(),
                operators(),
                flag("MUSTER_RECOMPUTE_TIMES"),
                url("MUSTER_URL"),
                trustedProxies(),
                metricsToken(),
                mail(),
                url("MUSTER_MAIL_PREVIEW"),
                accounts(),
                push());
        if (settings.authentication().directTls() && tls == Tls.OFF) {
            errors.add("DB_SSL_NEGOTIATION=direct needs DB_SSL=true or require");
        }
        if (settings.authentication().bound() && (tls == Tls.OFF || iamTokens)) {
            errors.add("DB_CHANNEL_BINDING=require needs DB_SSL=true or require, and a password");
        }
        if (iamTokens && tls == Tls.OFF) {
            errors.add("DB_AUTH=iam needs DB_SSL=true: tokens are sent as they are");
        }
        if (settings.mail().isPresent() && environment.get("MUSTER_URL").isEmpty()) {
            errors.add("MUSTER_URL is missing: SMTP_HOST needs it, for the links in mail");
        }
        var ownDatabase = settings.host().equals(Optional.of("localhost"))
                && settings.secretName().isEmpty();
        if (settings.mailPreview().isPresent() && (settings.mail().isPresent() || !ownDatabase)) {
            errors.add("MUSTER_MAIL_PREVIEW is not allowed: `mvn -Prun` sets it for a database of its own");
        }
        if (!errors.isEmpty()) {
            throw new InvalidSettingsException(String.join("; ", errors));
        }
        return settings;
    }

    private Optional<String> hosts(String variable) {
        var hosts = environment.get(variable);
        if (hosts.isPresent() && !Hosts.valid(hosts.get())) {
            // The value is not quoted: it may be a whole URL with a password in it.
            errors.add(variable + " is not allowed: it must be a host name, or several as a:5432,b:5432");
        }
        return hosts;
    }

    /** @param prefix of the variables of this pool */
    private Settings.Pool pool(String prefix) {
        var standard = Settings.Pool.DEFAULT;
        var max = number(prefix + "_MAX", standard.max(), 1, 1_000);
        var min = number(prefix + "_MIN", Math.min(standard.min(), max), 0, 1_000);
        if (min > max) {
            errors.add(invalid(prefix + "_MIN", min, "a whole number from 0 to " + prefix + "_MAX, which is " + max));
        }
        var idleSeconds =
                number("DB_IDLE_TIMEOUT_S", (int) standard.idleTimeout().toSeconds(), 1, 86_400);
        return new Settings.Pool(
                min,
                max,
                millis("DB_ACQUIRE_TIMEOUT_MS", standard.acquireTimeout(), 1),
                Duration.ofSeconds(idleSeconds));
    }

    private Optional<Settings.Pooler> pooler() {
        var transactions = choice("DB_POOLER", "none", "transaction").equals("transaction");
        var direct = hosts("DB_DIRECT_HOST");
        if (direct.isPresent() && !transactions) {
            errors.add("DB_DIRECT_HOST needs DB_POOLER=transaction");
        }
        return transactions ? Optional.of(new Settings.Pooler(direct)) : Optional.empty();
    }

    private Optional<Settings.Replicas> replicas() {
        var maxLag = millis("DB_REPLICA_MAX_LAG_MS", Duration.ofSeconds(1), 1);
        return hosts("DB_REPLICA_HOSTS").map(hosts -> new Settings.Replicas(hosts, maxLag, pool("DB_REPLICA_POOL")));
    }

    private Optional<Settings.AccessKey> accessKey() {
        var secret = key("AWS_SECRET_ACCESS_KEY").map(Password::new);
        var session = key("AWS_SESSION_TOKEN").map(Password::new);
        return key("AWS_ACCESS_KEY_ID").flatMap(id -> secret.map(known -> new Settings.AccessKey(id, known, session)));
    }

    /** The SDK refuses a blank key. */
    private Optional<String> key(String variable) {
        return environment.verbatim(variable).filter(key -> !key.isBlank());
    }

    private Optional<Settings.WebIdentity> webIdentity() {
        var name = environment.get("AWS_WEB_IDENTITY_TOKEN_FILE");
        var role = environment.get("AWS_ROLE_ARN");
        if (name.isPresent() && role.isEmpty()) {
            errors.add("AWS_ROLE_ARN is missing: AWS_WEB_IDENTITY_TOKEN_FILE needs it");
        }
        var file = name.flatMap(SettingsReader::path);
        if (name.isPresent() && file.isEmpty()) {
            errors.add(invalid("AWS_WEB_IDENTITY_TOKEN_FILE", name.get(), "the name of a file"));
        }
        var session = environment.get("AWS_ROLE_SESSION_NAME").orElse("muster");
        var endpoint = environment.get("AWS_ENDPOINT_URL_STS").or(() -> environment.get("AWS_ENDPOINT_URL"));
        return file.flatMap(token -> role.map(arn -> new Settings.WebIdentity(token, arn, session, endpoint)));
    }

    private Settings.Authentication authentication(Tls tls, boolean iamTokens) {
        // A password in clear text is for a server that has proved who it is.
        var safe = tls == Tls.VERIFY_FULL || iamTokens ? "" : "!password";
        var methods = environment.get("DB_REQUIRE_AUTH").orElse(safe).replaceAll("\\s", "");
        if (!methods.isEmpty() && !AUTHENTICATION_METHODS.matcher(methods).matches()) {
            errors.add(invalid(
                    "DB_REQUIRE_AUTH",
                    methods,
                    "a list such as scram-sha-256,md5 or !password,!md5 of " + AUTHENTICATION_METHOD_NAMES));
        }
        var binding = choice("DB_CHANNEL_BINDING", "prefer", "disable", "require");
        var negotiation = choice("DB_SSL_NEGOTIATION", "postgres", "direct");
        return new Settings.Authentication(methods, binding, negotiation.equals("direct"));
    }

    /** The value of a variable, the first of these by default. */
    private String choice(String variable, String... allowed) {
        var value = environment.get(variable).orElse(allowed[0]).toLowerCase(Locale.ROOT);
        if (!List.of(allowed).contains(value)) {
            errors.add(invalid(variable, value, String.join(" or ", allowed)));
        }
        return value;
    }

    private Tls tls() {
        var value = environment.get("DB_SSL").orElse("false");
        var tls = TLS.get(value.toLowerCase(Locale.ROOT));
        if (tls == null) {
            errors.add(invalid("DB_SSL", value, "true, require or false"));
        }
        return tls;
    }

    private Optional<Path> rootCertificate() {
        var name = environment.get("DB_SSL_ROOT_CERT");
        var file = name.flatMap(SettingsReader::path).filter(Files::isReadable);
        if (name.isPresent() && file.isEmpty()) {
            errors.add(invalid("DB_SSL_ROOT_CERT", name.get(), "a readable file of certificates in PEM format"));
        }
        return file;
    }

    /** The file of this name; empty if the locale has no such file name. */
    private static Optional<Path> path(String name) {
        try {
            return Optional.of(Path.of(name));
        } catch (InvalidPathException invalid) {
            return Optional.empty();
        }
    }

    private String calendarName() {
        var name = environment.get("MUSTER_CALENDAR_NAME").orElse("muster.invalid");
        if (!CALENDAR_NAME.matcher(name).matches()) {
            errors.add(invalid("MUSTER_CALENDAR_NAME", name, "a name such as muster.example.org"));
        }
        return name;
    }

    private Set<String> operators() {
        var addresses = environment.get("MUSTER_OPERATORS").orElse("").toLowerCase(Locale.ROOT);
        var operators = Arrays.stream(addresses.split(","))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        if (!operators.stream().allMatch(OPERATOR.asMatchPredicate())) {
            errors.add(invalid(
                    "MUSTER_OPERATORS", addresses, "e-mail addresses and ids of accounts, separated by commas"));
        }
        return operators;
    }

    private Optional<URI> url(String variable) {
        var text = environment.get(variable).map(url -> url.replaceFirst("/$", ""));
        var url = text.flatMap(SettingsReader::publicUrl);
        if (text.isPresent() && url.isEmpty()) {
            // The value is not quoted: it may have a password in it.
            errors.add(variable
                    + " is not allowed: it must be an address such as https://muster.example.org, without a path");
        }
        return url;
    }

    private static Optional<URI> publicUrl(String text) {
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

    private List<AddressRange> trustedProxies() {
        var text = environment.get("MUSTER_TRUSTED_PROXIES").orElse("");
        var items = Arrays.stream(text.split("[,\\s]+"))
                .filter(item -> !item.isEmpty())
                .toList();
        items.stream()
                .filter(item -> AddressRange.of(item).isEmpty())
                .map(item -> invalid(
                        "MUSTER_TRUSTED_PROXIES",
                        item,
                        "IP addresses, or ranges such as 10.0.0.0/8 and fd00::/8, separated by commas or blanks"))
                .forEach(errors::add);
        return items.stream().flatMap(item -> AddressRange.of(item).stream()).toList();
    }

    private Optional<Password> metricsToken() {
        var token = environment.get("MUSTER_METRICS_TOKEN");
        if (token.filter(BEARER_TOKEN.asMatchPredicate().negate()).isPresent()) {
            errors.add("MUSTER_METRICS_TOKEN is not allowed: it must be of letters, digits and . _ ~ + / -");
        }
        return token.map(Password::new);
    }

    private Settings.Accounts accounts() {
        var registration = choice("MUSTER_REGISTRATION", "open", "invited", "closed");
        return new Settings.Accounts(
                EnumNames.find(RegistrationMode.class, registration).orElse(RegistrationMode.CLOSED),
                provider(),
                safeUrl("MUSTER_BREACHED_PASSWORDS_URL", "https://api.pwnedpasswords.com/range"));
    }

    private Optional<Settings.Provider> provider() {
        var address = environment.get("OIDC_ISSUER");
        var clientId = key("OIDC_CLIENT_ID");
        var clientSecret = key("OIDC_CLIENT_SECRET").map(Password::new);
        if (Stream.of(address, clientId, clientSecret)
                                .filter(Optional::isPresent)
                                .count()
                        % 3
                != 0) {
            errors.add("OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET belong together: set all or none");
        }
        var name = environment.get("OIDC_NAME");
        var acrValues = environment.get("OIDC_ACR_VALUES").stream()
                .flatMap(values -> Arrays.stream(values.split("\\s+")))
                .toList();
        return safeUrl("OIDC_ISSUER", "https://login.example.org/realms/club")
                .flatMap(issuer -> clientId.flatMap(id -> clientSecret.map(secret ->
                        new Settings.Provider(name.orElse(issuer.getHost()), issuer, id, secret, acrValues))));
    }

    private Optional<URI> safeUrl(String variable, String example) {
        var text = environment.get(variable);
        var url = text.flatMap(SettingsReader::parsedSafeUrl);
        if (text.isPresent() && url.isEmpty()) {
            // The value is not quoted: it may have a password in it.
            errors.add(variable + " is not allowed: it must be an address such as " + example
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

    private Optional<Settings.Push> push() {
        var key = environment.get("VAPID_PRIVATE_KEY");
        var subject = environment.get("VAPID_SUBJECT").or(() -> environment.get("MUSTER_URL"));
        var origins = pushOrigins();
        if (key.isEmpty()) {
            return Optional.empty();
        }
        if (!isPrivateKey(key.get())) {
            errors.add("VAPID_PRIVATE_KEY is not allowed: it must be a private key of P-256, 32 bytes in base64url");
        }
        var url = subject.filter(VAPID_SUBJECT.asMatchPredicate()).flatMap(SettingsReader::anyUrl);
        if (url.isEmpty()) {
            errors.add("VAPID_SUBJECT is missing or not allowed: VAPID_PRIVATE_KEY needs an address such as"
                    + " mailto:ann@example.org, or MUSTER_URL with https");
        }
        return url.map(known -> new Settings.Push(new Password(key.get()), known, origins));
    }

    private static boolean isPrivateKey(String text) {
        if (!BASE64URL_OF_32_BYTES.matcher(text).matches()) {
            return false;
        }
        var number = new BigInteger(1, Base64.getUrlDecoder().decode(text));
        return number.signum() > 0 && number.compareTo(P256_ORDER) < 0;
    }

    private List<PushOrigin> pushOrigins() {
        var items = environment.get("PUSH_ORIGINS").orElse(PUSH_ORIGINS).split("[,\\s]+");
        var origins =
                Stream.of(items).flatMap(item -> PushOrigin.of(item).stream()).toList();
        if (origins.size() < items.length) {
            // The value is not quoted: it may be the address of a subscription.
            errors.add("PUSH_ORIGINS is not allowed: it must be origins such as https://push.example.org or"
                    + " https://*.example.org, separated by commas or blanks, with http on this machine only");
        }
        return origins;
    }

    private static Optional<URI> anyUrl(String text) {
        try {
            return Optional.of(new URI(text));
        } catch (URISyntaxException invalid) {
            return Optional.empty();
        }
    }

    private Optional<Settings.Mail> mail() {
        var host = environment.get("SMTP_HOST");
        var tls = EnumNames.find(Settings.MailTls.class, choice("SMTP_TLS", "starttls", "tls", "none"))
                .orElse(Settings.MailTls.STARTTLS);
        var port = number("SMTP_PORT", tls.port(), 1, MAX_PORT);
        if (host.isEmpty()) {
            return Optional.empty();
        }
        if (!MAIL_HOST.matcher(host.get()).matches()) {
            // The value is not quoted: it may be a whole URL with a password in it.
            errors.add("SMTP_HOST is not allowed: it must be a host name or an IP address");
        }
        var from = MAIL_FROM.matcher(environment.get("MAIL_FROM").orElse(""));
        if (!from.matches()) {
            errors.add("MAIL_FROM is missing or not allowed: it must be an address such as muster@example.org or"
                    + " Muster <muster@example.org>");
            return Optional.empty();
        }
        var plain = from.group("plain");
        return Optional.of(new Settings.Mail(
                host.get(),
                port,
                tls,
                mailLogin(),
                plain == null ? from.group("address") : plain,
                Optional.ofNullable(from.group("name")).map(String::strip).filter(name -> !name.isEmpty())));
    }

    private Optional<Settings.MailLogin> mailLogin() {
        var user = environment.verbatim("SMTP_USER");
        var password = environment.verbatim("SMTP_PASSWORD").map(Password::new);
        var secret = environment.get("SMTP_PASSWORD_SECRET");
        if (password.isPresent() && secret.isPresent()) {
            errors.add("SMTP_PASSWORD_SECRET is not allowed beside SMTP_PASSWORD");
        }
        var known = password.isPresent() || secret.isPresent();
        if (user.isPresent() != known) {
            errors.add(
                    known
                            ? "SMTP_USER is missing: SMTP_PASSWORD needs it"
                            : "SMTP_PASSWORD is missing: SMTP_USER needs it");
        }
        return user.filter(any -> known).map(name -> new Settings.MailLogin(name, password, secret));
    }

    private boolean flag(String variable) {
        var value = environment.get(variable).orElse("false").toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            errors.add(invalid(variable, value, "true or false"));
        }
        return value.equals("true");
    }

    private Duration millis(String variable, Duration defaultValue, int min) {
        return Duration.ofMillis(number(variable, (int) defaultValue.toMillis(), min, 86_400_000));
    }

    private int number(String variable, int defaultValue, int min, int max) {
        var value = environment.get(variable);
        if (value.isEmpty()) {
            return defaultValue;
        }
        try {
            var number = Integer.parseInt(value.get());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Reported below, like a number out of range.
        }
        errors.add(invalid(variable, value.get(), "a whole number from " + min + " to " + max));
        return defaultValue;
    }

    private static String invalid(String variable, Object value, String allowed) {
        return variable + "=" + value + " is not allowed: it must be " + allowed;
    }
}
