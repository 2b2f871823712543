package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;

/**
 * The limit of codes that are tried for an account, by whoever has its password: from all addresses together, since the codes are short.
 * Somebody whose password a thief has used up the limit with chooses a new one, which has a limit of its own.
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

    @PostConstruct
    void makeModels() {
        limits = new RateLimits(database.sql(pool), metrics);
    }

    /**
     * Counts a code before it is verified, outside the transaction that a wrong one rolls back.
     *
     * @throws Problem 429 if there were too many
     */
    public void count(Users.Account account) {
        limits.use(RateLimit.SECOND_FACTOR_CODES, account.user() + "/" + account.passwordVersion());
    }
}
