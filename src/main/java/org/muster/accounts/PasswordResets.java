package org.muster.accounts;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.proxies.ClientAddress;
import org.muster.users.AccountTokens;
import org.muster.users.Operators;
import org.muster.users.SecurityLog;
import org.muster.users.SecurityLog.Event;
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

    @Inject
    SecurityLog log;

    private AccountTokens tokens;

    @PostConstruct
    void makeModels() {
        tokens = new AccountTokens(database.sql(pool));
    }

    /** Whose password the link sets; empty if it cannot be used: then no password need be hashed. */
    Optional<AccountTokens.Owner> owner(Token token) {
        return tokens.ownerByReset(token);
    }

    /**
     * Sets the password, and ends all that gave access before.
     *
     * @param passwordHash empty if the link could not be used: the request is refused then, unless it repeats another one
     */
    @Transactional
    @Idempotent
    public Response reset(Token token, Optional<String> passwordHash, ClientAddress client) {
        var user = passwordHash
                .flatMap(hash -> tokens.reset(token, hash, client.network()))
                .orElseThrow(PasswordResets::spent);
        operators.forget(user);
        log.add(Event.PASSWORD_RESET, Optional.of(user), client.network());
        return Response.noContent().build();
    }

    static Problem spent() {
        return Problem.of(
                ProblemType.LINK_SPENT,
                "It has been used, has expired, or another one has taken its place. Ask for a new one.");
    }
}
