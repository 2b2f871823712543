package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.http.Times;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** The transaction of signing in. Hashing takes long and happens before it. */
@ApplicationScoped
public class SignIn {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    private Sessions sessions;

    @PostConstruct
    void makeModels() {
        sessions = new Sessions(database.sql(pool));
    }

    /** The account is suspended. Only for somebody who has proved that it is theirs. */
    public static Problem suspended() {
        return Problem.of(
                ProblemType.ACCOUNT_SUSPENDED, "An operator of this server has suspended the account. Ask them why.");
    }

    /** Opens a session for an account whose owner has proved who they are. */
    @Transactional
    @Idempotent
    public Response open(Users.Account account) {
        var token = Token.random();
        var expiresAt = sessions.open(account, token);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(JSON.createObjectBuilder()
                        .add("token", token.value())
                        .add("expiresAt", Times.utc(expiresAt))
                        .build())
                .build();
    }
}
