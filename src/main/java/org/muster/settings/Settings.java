package org.muster.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The validated configuration, as {@link SettingsReader} reads it.
 *
 * <p>The secret, if one is named, takes precedence over {@code host}, {@code port}, {@code name}, {@code user} and {@code
 * password}.
 *
 * @param host the database's host name, or a list such as {@code a:5432,b:5432} of which one host accepts writes
 * @param port the port of hosts that are listed without one
 * @param name the database's name
 * @param user the database user
 * @param password the database user's password
 * @param iamTokens whether Muster signs in with tokens of IAM instead
 * @param authentication what the server may ask for to let Muster in
 * @param tls how connections are encrypted
 * @param rootCertificate a PEM file with the trusted certificate authorities; if empty, the JVM's are trusted
 * @param secretName the name of the secret in AWS Secrets Manager that holds the credentials; empty if there is none
 * @param region the AWS region of the secret
 * @param endpoint the URL of Secrets Manager; if empty, AWS's own
 * @param accessKey the AWS access key; if empty, the AWS SDK's default provider chain finds the credentials
 * @param webIdentity the service account of Kubernetes that Muster runs as, if it may take on a role in AWS
 * @param secretRefresh the interval at which the secret is read again
 * @param pool the pool's limits
 * @param pooler the pooler that lends a connection for each transaction; empty if connections are the database's own sessions
 * @param replicas the replicas that reads may run on; empty if there are none
 * @param connectTimeout the maximum time to open one connection
 * @param statementTimeout the maximum run time of a statement; if zero, the database's own setting applies
 * @param slowStatement the run time from which a statement is logged as slow; if zero, none is
 * @param warmUp the maximum time that the application takes to warm up before it is ready; if zero, it does not
 * @param shutdownDelay how long requests are served after a stop signal, while readiness fails already
 * @param shutdownGrace the maximum time that requests in flight get to finish during shutdown
 * @param calendarName the domain part of the UIDs of calendar entries
 * @param operators the e-mail addresses, or the ids, of the operators' accounts, in lower case
 * @param recomputeTimes whether upcoming activities keep their local times when time zone rules change
 * @param url the public address, without a path; if empty, that of each request
 * @param trustedProxies the proxies that are believed what they say about clients
 * @param metricsToken the token with which other machines read metrics and the details of health
 * @param mail how mail is sent; empty if none is
 * @param mailPreview the address of the page, if mail is shown to who develops Muster instead of sent
 * @param accounts how accounts are opened
 * @param push how messages reach browsers that are closed; empty if none do
 * @param offlineCopies whether browsers keep copies of what people have seen, to be read offline
 */
public record Settings(
        Optional<String> host,
        int port,
        Optional<String> name,
        Optional<String> user,
        Optional<Password> password,
        boolean iamTokens,
        Authentication authentication,
        Tls tls,
        Optional<Path> rootCertificate,
        Optional<String> secretName,
        String region,
        Optional<String> endpoint,
        Optional<AccessKey> accessKey,
        Optional<WebIdentity> webIdentity,
        Duration secretRefresh,
        Pool pool,
        Optional<Pooler> pooler,
        Optional<Replicas> replicas,
        Duration connectTimeout,
        Duration statementTimeout,
        Duration slowStatement,
        Duration warmUp,
        Duration shutdownDelay,
        Duration shutdownGrace,
        String calendarName,
        Set<String> operators,
        boolean recomputeTimes,
        Optional<URI> url,
        List<AddressRange> trustedProxies,
        Optional<Password> metricsToken,
        Optional<Mail> mail,
        Optional<URI> mailPreview,
        Accounts accounts,
        Optional<Push> push,
        boolean offlineCopies) {

    /**
     * How accounts are opened, and what people sign in with beside a password.
     *
     * @param registration who may open one
     * @param provider the provider that people can sign in with; empty if there is none
     * @param breachedPasswords the service that lists passwords of data breaches; empty if none is asked
     * @param secondFactorRequired whether whoever signs in with a password needs a second factor
     */
    public record Accounts(
            RegistrationMode registration,
            Optional<Provider> provider,
            Optional<URI> breachedPasswords,
            boolean secondFactorRequired) {}

    /**
     * A provider of OpenID Connect, and Muster's registration there.
     *
     * @param name what people know it by
     * @param issuer its address, exactly as it writes it
     * @param acrValues how strongly it may have authenticated people, the best first; empty if any way will do
     */
    public record Provider(String name, URI issuer, String clientId, Password clientSecret, List<String> acrValues) {}

    /**
     * The pool's limits.
     *
     * @param min the number of connections that stay open when idle
     * @param max the maximum number of open connections
     * @param acquireTimeout the maximum time that a caller waits for a connection
     * @param idleTimeout the time after which an idle connection above {@code min} is closed
     */
    public record Pool(int min, int max, Duration acquireTimeout, Duration idleTimeout) {
        /** The limits that the pool is declared with in {@code glassfish-resources.xml}. */
        public static final Pool DEFAULT = new Pool(2, 10, Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    /**
     * A pooler between Muster and the database, which lends a connection for each transaction.
     *
     * @param directHosts the hosts of the database itself, for what needs a session; empty if they cannot be reached
     */
    public record Pooler(Optional<String> directHosts) {}

    /**
     * Replicas of the database.
     *
     * @param hosts their host names, as a list such as {@code b:5432,c:5432}
     * @param maxLag while the primary can be asked, no read runs on a replica that is further behind
     * @param pool the limits of their pool
     */
    public record Replicas(String hosts, Duration maxLag, Pool pool) {}

    /**
     * What the database may ask for to let Muster in.
     *
     * @param methods in the format of libpq's {@code require_auth}; empty for all that the driver knows
     * @param channelBinding {@code disable}, {@code prefer} or {@code require}
     * @param directTls whether TLS begins at once, without asking whether the server has it
     */
    public record Authentication(String methods, String channelBinding, boolean directTls) {
        boolean bound() {
            return channelBinding.equals("require");
        }
    }

    /**
     * An AWS access key.
     *
     * @param session the session token of a temporary key; empty if the key is permanent
     */
    public record AccessKey(String id, Password secret, Optional<Password> session) {}

    /**
     * A service account of Kubernetes, and its role in AWS.
     *
     * @param tokenFile the file with the account's token, which Kubernetes renews
     * @param role the ARN of the role
     * @param session the name of the session, for AWS's logs
     * @param endpoint the URL of AWS's Security Token Service; if empty, AWS's own
     */
    public record WebIdentity(Path tokenFile, String role, String session, Optional<String> endpoint) {}

    /**
     * The mail server, and whom mail is from.
     *
     * @param login of the mail server; empty if it asks for none
     * @param fromName the name beside the address; empty if there is none
     */
    public record Mail(
            String host,
            int port,
            MailTls tls,
            Optional<MailLogin> login,
            String fromAddress,
            Optional<String> fromName) {}

    /**
     * What Muster signs in to the mail server with.
     *
     * @param secret the name of the secret in AWS Secrets Manager that has the password, if that is empty
     */
    public record MailLogin(String user, Optional<Password> password, Optional<String> secret) {}

    /** How connections to the mail server are encrypted. */
    public enum MailTls {
        /** After a greeting in clear text; without it nothing is sent. */
        STARTTLS(587),
        /** From the beginning. */
        TLS(465),
        NONE(25);

        private final int port;

        MailTls(int port) {
            this.port = port;
        }

        /** The usual port. */
        int port() {
            return port;
        }
    }

    /**
     * How this server identifies itself to push services (RFC 8292), and which it sends to.
     *
     * @param privateKey of P-256, in base64url
     * @param subject a URL at which the operator can be reached, for the operators of push services
     */
    public record Push(Password privateKey, URI subject, List<PushOrigin> origins) {}

    /** Returns whether a database is configured, by host or by secret. */
    public boolean databaseConfigured() {
        return host.isPresent() || secretName.isPresent();
    }
}
