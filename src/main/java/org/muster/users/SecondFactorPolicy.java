package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/** Who needs a second factor, as configured. */
@ApplicationScoped
public class SecondFactorPolicy {
    private boolean required;

    @PostConstruct
    void read() {
        required = SettingsReader.read(Environment.ofProcess()).accounts().secondFactorRequired();
    }

    /** Whether whoever signs in with a password needs one. */
    public boolean required() {
        return required;
    }
}
