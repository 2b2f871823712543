package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.http.Times;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.proxies.ClientAddress;
import org.muster.totp.SecondFactors;
import org.muster.users.SecurityLog.Event;

/** The transaction of signing in. Hashing takes long and happens before it. */
@ApplicationScoped
public class SignIn {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    SecondFactorPolicy policy;

    @Inject
    SecurityLog log;

    private SecondFactors secondFactors;
    private Sessions sessions;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        secondFactors = new SecondFactors(sql);
        sessions = new Sessions(sql);
        users = new Users(sql);
    }

    /** The account is suspended. Only for somebody who has proved that it is theirs. */
    public static Problem suspended() {
        return Problem.of(
                ProblemType.ACCOUNT_SUSPENDED, "An operator of this server has suspended the account. Ask them why.");
    }

    /** The account has got another password since it was read, or has turned a second factor on or off. */
    public static Problem changed() {
        return Problem.unauthenticated("The account has changed meanwhile. Sign in again.");
    }

    /** Opens a session for an account whose owner has proved to a provider who they are. */
    @Transactional
    @Idempotent
    public Response open(Users.Account account) {
        return open(account, false);
    }

    /**
     * Opens a session for an account without a second factor, whose password somebody has. If the server requires one, they may only set
     * it up.
     */
    @Transactional
    @Idempotent
    public Response openWithPassword(Users.Account account) {
        return open(account, policy.required());
    }

    /**
     * Opens a session for an account whose password somebody has, and spends the code of its second factor.
     *
     * @throws Problem 401 if the code is wrong
     */
    @Transactional
    @Idempotent
    public Response openWithCode(Users.Account account, String code, ClientAddress client) {
        if (!users.lock(account.user(), account.passwordVersion())) {
            throw changed();
        }
        var proof = secondFactors
                .spend(account.user(), code)
                .orElseThrow(() -> challenge(
                        ProblemType.WRONG_CODE,
                        "Send the code that your authenticator shows now, or a recovery code."));
        if (proof == SecondFactors.Proof.RECOVERY_CODE) {
            log.add(Event.RECOVERY_CODE_USED, Optional.of(account.user()), client.network());
        }
        return open(account, false);
    }

    /** The problem of whoever has the password but has not proved the second factor. */
    static Problem challenge(ProblemType type, String detail) {
        return Problem.of(type, detail).header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"muster\"");
    }

    private Response open(Users.Account account, boolean settingUp) {
        var token = Token.random();
        var expiresAt = sessions.open(account, token, settingUp).orElseThrow(SignIn::changed);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(JSON.createObjectBuilder()
                        .add("token", token.value())
                        .add("expiresAt", Times.utc(expiresAt))
                        .build())
                .build();
    }
}
