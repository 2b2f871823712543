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

    /** Opens a session for an account whose password has been verified. */
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
