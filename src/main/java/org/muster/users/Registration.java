package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.http.Times;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** The transactions of creating an account and of signing in. Hashing takes long and happens before them. */
@ApplicationScoped
public class Registration {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Operators operators;

    private Sessions sessions;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        sessions = new Sessions(sql);
        users = new Users(sql);
    }

    /** Creates an account; {@code location} is its address. */
    @Transactional
    @Idempotent
    public Response open(NewUser wanted, String passwordHash, URI location) {
        var user = users.create(wanted, passwordHash)
                .orElseThrow(() -> Problem.of(
                        ProblemType.EMAIL_TAKEN, "Sign in with it, or open the account with another address."));
        return Response.created(location)
                .entity(user.json(operators.include(user.email())))
                .build();
    }

    /** Opens a session for an account whose password has been verified. */
    @Transactional
    @Idempotent
    public Response signIn(Users.Account account) {
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
