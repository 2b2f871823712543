package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.proxies.ClientAddress;
import org.muster.settings.Password;
import org.muster.users.SecurityLog.Event;

/** Asks somebody who is signed in for their password again, before what a thief of their session must not do. */
@ApplicationScoped
public class CurrentPassword {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Passwords passwords;

    @Inject
    SecurityLog log;

    private SignInLimits limits;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        limits = new SignInLimits(sql, log);
        users = new Users(sql);
    }

    /**
     * Verifies it. Hashing takes long; it happens without a connection to the database.
     *
     * @return the account as it was then
     * @throws Problem 422 if it is wrong, 429 if too many were
     */
    public Users.Account verify(Caller caller, Password password, HttpServletRequest client) {
        var address = ClientAddress.of(client).network();
        var attempt = SignInLimits.Attempt.confirmation(caller.user(), address);
        limits.standing(attempt).retryAfter().ifPresent(wait -> refuse(wait, caller, address));
        var account = users.account(caller.user());
        var verified = passwords.verify(password, account.flatMap(Users.Account::passwordHash), client);
        // Concurrent attempts may have reached the limit: the response must not reveal whether the password is correct
        // then.
        (verified ? limits.standing(attempt) : limits.failed(attempt))
                .retryAfter()
                .ifPresent(wait -> refuse(wait, caller, address));
        if (!verified) {
            log.add(Event.SIGN_IN_FAILED, Optional.of(caller.user()), address);
            throw wrong();
        }
        limits.succeeded(attempt);
        return account.orElseThrow();
    }

    static Problem wrong() {
        return Problem.invalid(
                ProblemType.VALIDATION, List.of(new Invalid("#/currentPassword", "is not the current password")));
    }

    private void refuse(Duration wait, Caller caller, String address) {
        log.add(Event.LOCKED_OUT, Optional.of(caller.user()), address);
        throw SignInLimits.refusal("Too many attempts with a wrong current password.", wait);
    }
}
