package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
import org.muster.totp.SecondFactors;

/**
 * Asks whoever has the password of an account for a code, and limits how many are tried: from all addresses together, since codes are
 * short. Somebody whose limit a thief of the password has used up chooses a new one, which has a limit of its own.
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

    private RateLimits limits;
    private SecondFactors secondFactors;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        limits = new RateLimits(sql, metrics);
        secondFactors = new SecondFactors(sql);
    }

    /**
     * Counts a code before it is verified, outside the transaction that a wrong one rolls back.
     *
     * @throws Problem 429 if there were too many
     */
    public void count(Users.Account account) {
        limits.use(RateLimit.SECOND_FACTOR_CODES, account.user() + "/" + account.passwordVersion());
    }

    /**
     * Counts and spends a code.
     *
     * @throws Problem 422 if it is wrong, 429 if there were too many
     */
    public void spend(Users.Account account, String code) {
        count(account);
        if (secondFactors.spend(account.user(), code).isEmpty()) {
            throw wrong();
        }
    }

    /** The problem of somebody who is signed in and has sent a wrong code. */
    public static Problem wrong() {
        return Problem.invalid(
                ProblemType.VALIDATION, List.of(new Invalid("#/code", "is wrong, has expired, or was used before")));
    }
}
