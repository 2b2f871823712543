package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.muster.database.Secrets.Secret;
import org.muster.database.Secrets.SecretUnavailable;

/** Finds the login: the secret if one is named, else the environment; the environment too if the secret fails. */
final class Credentials implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Credentials.class.getName());

    private final Settings settings;
    private Secrets secrets;

    Credentials(Settings settings) {
        this.settings = settings;
    }

    /** There is no complete login. The message says what was tried and what is missing. */
    static final class CredentialsUnavailable extends Exception {
        private static final long serialVersionUID = 1;

        CredentialsUnavailable(String message) {
            super(message);
        }
    }

    /**
     * The login to use now. Asks Secrets Manager if a secret is named; takes about 2 s at most, 3 s the first time.
     *
     * @throws CredentialsUnavailable if neither the secret nor the environment is complete
     */
    Login load() throws CredentialsUnavailable {
        if (settings.secretName().isEmpty()) {
            return fromEnvironment("");
        }
        var name = settings.secretName().get();
        try {
            return fromSecret(name);
        } catch (SecretUnavailable failure) {
            var tried = "AWS secret " + name + ": " + failure.getMessage() + "; ";
            var login = fromEnvironment(tried);
            LOG.log(Level.WARNING, tried + "using the environment's credentials instead");
            return login;
        }
    }

    private Login fromSecret(String name) throws SecretUnavailable {
        if (secrets == null) {
            secrets = new Secrets(settings);
        }
        var secret = secrets.current(name);
        var missing = new ArrayList<String>();
        var port = secret.field("port").orElse(Integer.toString(settings.port()));
        if (!port.matches("[0-9]{1,5}")) {
            missing.add("its port is not a number");
        }
        var host = required(secret, "host", settings.host(), " and DB_HOST is not set", missing);
        var database = required(secret, "dbname", settings.name(), " and DB_NAME is not set", missing);
        var user = required(secret, "username", Optional.empty(), "", missing);
        var password = required(secret, "password", Optional.empty(), "", missing);
        if (!missing.isEmpty()) {
            throw new SecretUnavailable(String.join(", ", missing));
        }
        return new Login(
                host,
                Integer.parseInt(port),
                database,
                user,
                new Password(password),
                "AWS Secrets Manager, secret " + name);
    }

    private static String required(
            Secret secret, String field, Optional<String> otherwise, String nor, List<String> missing) {
        return secret.field(field).or(() -> otherwise).orElseGet(() -> {
            missing.add("it has no " + field + nor);
            return null;
        });
    }

    private Login fromEnvironment(String tried) throws CredentialsUnavailable {
        var missing = new ArrayList<String>();
        var host = required("DB_HOST", settings.host(), missing);
        var database = required("DB_NAME", settings.name(), missing);
        var user = required("DB_USER", settings.user(), missing);
        var password = required("DB_PASSWORD", settings.password(), missing);
        if (!missing.isEmpty()) {
            throw new CredentialsUnavailable(tried + "the environment and .env lack " + String.join(", ", missing));
        }
        return new Login(host, settings.port(), database, user, password, "environment");
    }

    private static <T> T required(String variable, Optional<T> value, List<String> missing) {
        return value.orElseGet(() -> {
            missing.add(variable);
            return null;
        });
    }

    @Override
    public void close() {
        if (secrets != null) {
            secrets.close();
        }
    }
}
