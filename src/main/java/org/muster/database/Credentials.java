package org.muster.database;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
     * The login to use now. Asks Secrets Manager if a secret is named; takes 2.5 s at most.
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
        var user = required(secret.text("username"), "username", missing);
        var password = required(secret.text("password").map(Password::new), "password", missing);
        var login = new Login(
                required(secret.text("host").or(settings::host), "host and DB_HOST is not set", missing),
                secret.port().orElse(settings.port()),
                required(secret.text("dbname").or(settings::name), "dbname and DB_NAME is not set", missing),
                user,
                password,
                "AWS Secrets Manager, secret " + name);
        if (!missing.isEmpty()) {
            throw new SecretUnavailable("it has no " + String.join(", no ", missing));
        }
        return login;
    }

    private Login fromEnvironment(String tried) throws CredentialsUnavailable {
        var missing = new ArrayList<String>();
        var login = new Login(
                required(settings.host(), "DB_HOST", missing),
                settings.port(),
                required(settings.name(), "DB_NAME", missing),
                required(settings.user(), "DB_USER", missing),
                required(settings.password(), "DB_PASSWORD", missing),
                "environment");
        if (!missing.isEmpty()) {
            throw new CredentialsUnavailable(tried + "the environment and .env lack " + String.join(", ", missing));
        }
        return login;
    }

    private static <T> T required(Optional<T> value, String name, List<String> missing) {
        return value.orElseGet(() -> {
            missing.add(name);
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
