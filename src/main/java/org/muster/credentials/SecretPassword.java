package org.muster.credentials;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.muster.settings.Password;
import org.muster.settings.Settings;

/** A password in AWS Secrets Manager: a secret that is one, or the {@code password} of a JSON object. Used by one thread. */
public final class SecretPassword {
    private static final Logger LOG = System.getLogger(SecretPassword.class.getName());

    private final Settings settings;
    private final String variable;
    private final String name;
    private Optional<Secrets> secrets = Optional.empty();
    private Optional<Password> known = Optional.empty();
    private String told = "";

    /**
     * Creates one, which reads nothing yet.
     *
     * @param variable the environment variable that names the secret
     * @param name of the secret
     */
    public SecretPassword(Settings settings, String variable, String name) {
        this.settings = settings;
        this.variable = variable;
        this.name = name;
    }

    /**
     * The password, which is read if it is not known. Takes 2.5 s at most.
     *
     * @return empty if the secret is unavailable, and the log says why
     */
    public Optional<Password> value() {
        if (known.isEmpty()) {
            try {
                known = Optional.of(read());
                told = "";
            } catch (SecretUnavailableException unavailable) {
                tell(unavailable.getMessage());
            }
        }
        return known;
    }

    /** Has the password read anew: it was refused. */
    public void forget() {
        known = Optional.empty();
    }

    private Password read() throws SecretUnavailableException {
        if (secrets.isEmpty()) {
            secrets = Optional.of(new Secrets(settings, variable));
        }
        var text = secrets.get().text(name, SecretVersion.CURRENT).strip();
        var password = text.startsWith("{") ? Secret.of(text).text("password") : Optional.of(text);
        return password.filter(any -> !any.isEmpty())
                .map(Password::new)
                .orElseThrow(() -> new SecretUnavailableException("it has no password"));
    }

    private void tell(String reason) {
        if (!reason.equals(told)) {
            told = reason;
            LOG.log(Level.WARNING, "The secret {0} could not be read: {1}", name, reason);
        }
    }
}
