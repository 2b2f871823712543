package org.muster.push;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.settings.Environment;
import org.muster.settings.PushOrigin;
import org.muster.settings.Settings;
import org.muster.settings.SettingsReader;

/** Whether messages are pushed, and with which key. */
@ApplicationScoped
public class PushServer {
    private List<PushOrigin> services;
    private Optional<VapidKey> key;

    @PostConstruct
    void read() {
        var settings = SettingsReader.read(Environment.ofProcess()).push();
        services = settings.map(Settings.Push::origins).orElseGet(List::of);
        key = settings.map(VapidKey::new);
    }

    /** Empty if nothing is pushed. */
    Optional<VapidKey> key() {
        return key;
    }

    /**
     * The push services that messages are sent to.
     *
     * @throws Problem 409 if nothing is pushed
     */
    List<PushOrigin> services() {
        if (key.isEmpty()) {
            throw Problem.of(ProblemType.PUSH_UNAVAILABLE, "Ask the operator of this server.");
        }
        return services;
    }
}
