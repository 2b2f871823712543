package org.muster.credentials;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.muster.settings.Hosts;
import org.muster.settings.Password;
import org.muster.settings.Settings;

/** Loads the login: from the secret if one is configured, otherwise, or if the secret is unavailable, from the environment. */
public final class Credentials implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Credentials.class.getName());

    private final Settings settings;
    private final Optional<IamTokens> tokens;
    private Secrets secrets;
    private volatile String failure;

    public Credentials(Settings settings) {
        this.settings = settings;
        tokens = settings.iamTokens() ? Optional.of(new IamTokens(settings)) : Optional.empty();
    }

    /** No source has a complete login. The message says what was tried and what is missing. */
    public static final class CredentialsUnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        CredentialsUnavailableException(String message) {
            super(message);
        }
    }

    /**
     * The login to use now. Asks Secrets Manager if a secret is named; takes 2.5 s at most.
     *
     * @throws CredentialsUnavailableException if neither the secret nor the environment is complete
     */
    public Login load() throws CredentialsUnavailableException {
        if (settings.secretName().isEmpty()) {
            return fromEnvironment("");
        }
        var name = settings.secretName().get();
        try {
            var login = fromSecret(SecretVersion.CURRENT);
            failure = null;
            return login;
        } catch (SecretUnavailableException unavailable) {
            failure = unavailable.getMessage();
            var tried = "AWS secret " + name + ": " + failure + "; ";
            var login = fromEnvironment(tried);
            LOG.log(Level.WARNING, tried + "using the environment's credentials instead");
            return login;
        }
    }

    /** Why the secret was unavailable and the environment was used instead; empty if that was not so. */
    Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * The login in this version of the secret.
     *
     * @throws SecretUnavailableException within 2.5 s, if it is unavailable or incomplete
     */
    Login fromSecret(SecretVersion version) throws SecretUnavailableException {
        var name = settings.secretName().orElseThrow();
        var secret = secrets().value(name, version);
        var missing = new ArrayList<String>();
        var user = required(secret.text("username"), "username", missing);
        var password = password(secret.text("password").map(Password::new), "password", missing);
        var login = new Login(
                required(secret.host().or(settings::host), "host and DB_HOST is not set", missing),
                secret.port().orElse(settings.port()),
                required(secret.text("dbname").or(settings::name), "dbname and DB_NAME is not set", missing),
                user,
                password,
                "AWS Secrets Manager, secret " + name + (version == SecretVersion.CURRENT ? "" : ", " + version),
                Optional.of(version),
                tokens);
        if (!missing.isEmpty()) {
            throw new SecretUnavailableException("it has no " + String.join(", no ", missing));
        }
        if (!Hosts.valid(login.host())) {
            throw new SecretUnavailableException("its host must be a host name, or several as a:5432,b:5432");
        }
        return login;
    }

    /** The client of Secrets Manager. Its calls are made without the lock: nobody waits for a call of somebody else. */
    private synchronized Secrets secrets() throws SecretUnavailableException {
        if (secrets == null) {
            secrets = new Secrets(settings, "AWS_SECRET_NAME");
        }
        return secrets;
    }

    private Login fromEnvironment(String tried) throws CredentialsUnavailableException {
        var missing = new ArrayList<String>();
        var login = new Login(
                required(settings.host(), "DB_HOST", missing),
                settings.port(),
                required(settings.name(), "DB_NAME", missing),
                required(settings.user(), "DB_USER", missing),
                password(settings.password(), "DB_PASSWORD", missing),
                "environment",
                Optional.empty(),
                tokens);
        if (!missing.isEmpty()) {
            throw new CredentialsUnavailableException(
                    tried + "the environment and .env lack " + String.join(", ", missing));
        }
        return login;
    }

    private Password password(Optional<Password> value, String name, List<String> missing) {
        return tokens.isPresent() ? new Password("") : required(value, name, missing);
    }

    private static <T> T required(Optional<T> value, String name, List<String> missing) {
        return value.orElseGet(() -> {
            missing.add(name);
            return null;
        });
    }

    @Override
    public synchronized void close() {
        if (secrets != null) {
            secrets.close();
        }
        tokens.ifPresent(IamTokens::close);
    }
}
