package org.muster.credentials;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.muster.settings.Hosts;
import org.muster.settings.Password;
import org.muster.settings.Settings;
import org.muster.settings.Tls;

/**
 * The address of the database and the credentials for it.
 *
 * @param host its host name, or several as {@code a:5432,b:5432}
 * @param port the port of hosts that name none
 * @param name the name of the database
 * @param user the user to sign in as
 * @param password the user's password
 * @param source where this came from, in words for the operator
 * @param version which version of the secret it is; absent if it came from the environment
 * @param tokens make what is sent in place of the password; absent if the password is
 */
public record Login(
        String host,
        int port,
        String name,
        String user,
        Password password,
        String source,
        Optional<SecretVersion> version,
        Optional<IamTokens> tokens) {

    /**
     * Session settings that end sessions whose client has disappeared: their transactions would hold locks for
     * hours. The first value is in milliseconds, idle and interval are in seconds.
     */
    private static final String DEAD_CLIENT_TIMEOUTS = " -c idle_in_transaction_session_timeout=10000"
            + " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    private static final Duration REFUSAL_INTERVAL = Duration.ofSeconds(15);
    private static final Duration TOKEN_REFUSAL_INTERVAL = Duration.ofSeconds(1);

    /** Whether both have the same address and the same credentials. */
    public boolean sameAs(Login other) {
        return host.equals(other.host)
                && port == other.port
                && name.equals(other.name)
                && user.equals(other.user)
                && password.equals(other.password);
    }

    /** Whether both are of the same user of the same database. */
    boolean sameUserAs(Login other) {
        return user.equals(other.user) && hosts().equals(other.hosts()) && name.equals(other.name);
    }

    /** The hosts of the database. */
    public Hosts hosts() {
        return Hosts.of(host, port);
    }

    /** The driver's address of the database on a host, without the credentials. */
    public String url(Hosts.Host host) {
        return "jdbc:postgresql://" + host + "/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    /**
     * What signs in on a host now: the password, or a token.
     *
     * @throws NoTokenException if no token can be made
     */
    public Password password(Hosts.Host host) throws NoTokenException {
        return tokens.isPresent() ? tokens.get().token(host, user) : password;
    }

    /**
     * The driver's connection properties, without the password.
     *
     * @param pooled whether a pooler lends a connection for each transaction: nothing may be set for a session, nor be kept in one
     */
    public Properties properties(Settings settings, boolean pooled) {
        var properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("ApplicationName", "muster");
        properties.setProperty("assumeMinServerVersion", "15");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("gssEncMode", "disable");
        // The details of server errors quote values.
        properties.setProperty("logServerErrorDetail", "false");
        // An attempt to open a connection ends earlier. An answer outside the pool has no other limit.
        var timeout = seconds(settings.connectTimeout());
        properties.setProperty("connectTimeout", timeout);
        properties.setProperty("socketTimeout", timeout);
        if (pooled) {
            properties.setProperty("prepareThreshold", "0");
        } else if (!settings.statementTimeout().isZero()) {
            properties.setProperty(
                    "options",
                    "-c statement_timeout=" + settings.statementTimeout().toMillis() + DEAD_CLIENT_TIMEOUTS);
        }
        encrypt(properties, settings);
        return properties;
    }

    private static void encrypt(Properties properties, Settings settings) {
        var authentication = settings.authentication();
        if (!authentication.methods().isEmpty()) {
            properties.setProperty("requireAuth", authentication.methods());
        }
        properties.setProperty("channelBinding", authentication.channelBinding());
        if (authentication.directTls()) {
            properties.setProperty("sslNegotiation", "direct");
        }
        properties.setProperty("sslmode", settings.tls().sslmode());
        if (settings.tls() != Tls.OFF) {
            properties.setProperty(
                    "sslResponseTimeout",
                    Long.toString(settings.connectTimeout().toMillis()));
        }
        if (settings.tls() == Tls.VERIFY_FULL) {
            settings.rootCertificate()
                    .ifPresentOrElse(
                            file -> properties.setProperty("sslrootcert", file.toString()),
                            () -> properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory"));
        }
    }

    /** How long to wait after a refusal before it is tried again: more often might lock the account. Tokens lock nothing. */
    public Duration refusalInterval() {
        return tokens.isPresent() ? TOKEN_REFUSAL_INTERVAL : REFUSAL_INTERVAL;
    }

    /** The address, for the operator. */
    public String address() {
        return hosts() + "/" + name;
    }

    /** The driver expects whole seconds; zero would mean no limit. */
    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.plusMillis(999).toSeconds()));
    }
}
