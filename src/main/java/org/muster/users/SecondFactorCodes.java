package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.proxies.ClientAddress;
import org.muster.users.SecurityLog.Event;

/**
 * Limits how many wrong codes are sent for an account: from all addresses together, since codes are short. Somebody whose limit a thief of
 * the password has used up chooses a new one, which has a limit of its own. The account has a higher one, so that this does not help the
 * thief.
 */
@ApplicationScoped
public class SecondFactorCodes {
    /** The most characters of a code, as it is typed. */
    public static final int MAX_CODE = 64;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Metrics metrics;

    @Inject
    SecurityLog log;

    private RateLimits limits;

    @PostConstruct
    void makeModels() {
        limits = new RateLimits(database.sql(pool), metrics);
    }

    /**
     * Runs a transaction that spends a code. The code counts before that, so that concurrent ones find no gap, and does not count after
     * all unless it was wrong.
     *
     * @throws Problem of the transaction, or 429 if too many codes were wrong
     */
    public Response spend(Users.Account account, ClientAddress client, Supplier<Response> transaction) {
        count(account, client);
        try {
            var response = transaction.get();
            giveBack(account);
            return response;
        } catch (Problem refused) {
            if (isWrong(refused)) {
                log.add(Event.SIGN_IN_FAILED, Optional.of(account.user()), client.network());
            } else {
                giveBack(account);
            }
            throw refused;
        }
    }

    private void count(Users.Account account, ClientAddress client) {
        try {
            limits.use(RateLimit.SECOND_FACTOR_CODES, withPassword(account));
            limits.use(RateLimit.ALL_SECOND_FACTOR_CODES, account.user());
        } catch (Problem exceeded) {
            log.add(Event.LOCKED_OUT, Optional.of(account.user()), client.network());
            throw exceeded;
        }
    }

    private void giveBack(Users.Account account) {
        limits.giveBack(RateLimit.SECOND_FACTOR_CODES, withPassword(account));
        limits.giveBack(RateLimit.ALL_SECOND_FACTOR_CODES, account.user());
    }

    private static String withPassword(Users.Account account) {
        return account.user() + "/" + account.passwordVersion();
    }

    private static boolean isWrong(Problem problem) {
        return problem.type() == ProblemType.WRONG_CODE || !problem.errors().isEmpty();
    }

    /** The problem of somebody who is signed in and has sent a wrong code. */
    public static Problem wrong() {
        return Problem.invalid(
                ProblemType.VALIDATION, List.of(new Invalid("#/code", "is wrong, has expired, or was used before")));
    }
}
