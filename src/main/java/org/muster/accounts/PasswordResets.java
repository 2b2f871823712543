package org.muster.accounts;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.Response;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.users.AccountTokens;
import org.muster.users.Operators;
import org.muster.users.Token;

/** The transaction of setting a password with a link. Hashing takes long and happens before it. */
@ApplicationScoped
public class PasswordResets {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Operators operators;

    private AccountTokens tokens;

    @PostConstruct
    void makeModels() {
        tokens = new AccountTokens(database.sql(pool));
    }

    /** Whose password the link sets. It must be usable, before the password is hashed. */
    AccountTokens.Owner require(Token token) {
        return tokens.ownerByReset(token).orElseThrow(PasswordResets::spent);
    }

    /** Sets the password, and ends all that gave access before. */
    @Transactional
    @Idempotent
    public Response reset(Token token, String passwordHash) {
        operators.forget(tokens.reset(token, passwordHash).orElseThrow(PasswordResets::spent));
        return Response.noContent().build();
    }

    static Problem spent() {
        return Problem.of(
                ProblemType.LINK_SPENT,
                "It has been used, has expired, or another one has taken its place. Ask for a new one.");
    }
}
