package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.settings.Environment;
import org.muster.settings.Password;
import org.muster.settings.SettingsReader;

/** What a new password must not be, once it is known whose it is: easy to guess from that, or known from a data breach. */
@ApplicationScoped
public class PasswordRules {
    /** The least length of a password, in code points. */
    static final int LEAST = 8;

    /** Of those, the least beside what attackers know. */
    private static final int LEAST_BESIDE = 5;

    @Inject
    Metrics metrics;

    private List<String> ofServer;
    private Optional<BreachedPasswords> breaches;

    @PostConstruct
    void read() {
        var settings = SettingsReader.read(Environment.ofProcess());
        var host = settings.url().map(URI::getHost).stream();
        ofServer = Stream.concat(Stream.of("muster"), host.flatMap(ContextWords::of))
                .toList();
        breaches = settings.accounts().breachedPasswords().map(service -> new BreachedPasswords(service, metrics));
    }

    /**
     * Requires a password that is good for this account. May take seconds, to ask the service that knows breaches: not while a connection
     * to the database is held.
     *
     * @throws Problem 422 if it is not
     */
    public void require(Password password, String email, String displayName) {
        // Not the parts of the address's host: many others have them too.
        var ofOwner = Stream.of(Stream.of(email), ContextWords.of(email.split("@")[0]), ContextWords.of(displayName));
        var words = Stream.concat(ofServer.stream(), ofOwner.flatMap(Function.identity()));
        if (ContextWords.lengthWithout(words, password) < LEAST_BESIDE) {
            throw refused("must have " + LEAST_BESIDE
                    + " characters beside your name, your e-mail address and the name of this server,"
                    + " which attackers try first");
        }
        if (breaches.filter(known -> known.include(password)).isPresent()) {
            throw refused("is known from a data breach, so that attackers try it; choose another one");
        }
    }

    private static Problem refused(String why) {
        return Problem.invalid(ProblemType.VALIDATION, List.of(new Invalid("#/password", why)));
    }
}
