package org.muster.accounts;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.settings.Environment;
import org.muster.settings.RegistrationMode;
import org.muster.settings.Settings;
import org.muster.settings.SettingsReader;
import org.muster.users.Token;

/** How accounts are opened, as configured. */
@ApplicationScoped
public class RegistrationPolicy {
    private Settings.Accounts settings;

    @PostConstruct
    void read() {
        settings = SettingsReader.read(Environment.ofProcess()).accounts();
    }

    /** Who may open one. */
    RegistrationMode mode() {
        return settings.registration();
    }

    /** The name of the provider that people can also sign in with; empty if there is none. */
    Optional<String> providerName() {
        return settings.provider().map(Settings.Provider::name);
    }

    /**
     * Requires that somebody with this invitation, if any, may open an account. Whether the invitation can be used is not checked.
     *
     * @throws Problem 403 if they may not
     */
    public void require(Optional<Token> invitation) {
        if (mode() == RegistrationMode.CLOSED) {
            throw refused("Ask the operator of this server for an account.");
        }
        if (mode() == RegistrationMode.INVITED && invitation.isEmpty()) {
            throw refused(
                    "Only people who are invited to a group can: send the token of the invitation as 'invitation'. Ask an organizer"
                            + " of the group for one.");
        }
    }

    private static Problem refused(String advice) {
        return Problem.of(ProblemType.REGISTRATION_CLOSED, advice);
    }
}
