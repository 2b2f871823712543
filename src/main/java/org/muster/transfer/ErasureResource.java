package org.muster.transfer;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.queue.Move.Cause;
import org.muster.queue.Queue;
import org.muster.users.Caller;
import org.muster.users.Operators;
import org.muster.users.SessionCookie;
import org.muster.users.Users;

/** Erases the caller's own account. */
@Path("me")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class ErasureResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Operators operators;

    private AccountErasures erasures;
    private Queue queue;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        erasures = new AccountErasures(sql);
        queue = new Queue(sql);
        users = new Users(sql);
    }

    /** Erases the account. Its id remains in the history, and its seats become free. */
    @DELETE
    @Transactional
    public Response erase(@Context SecurityContext security) {
        var user = Caller.signedIn(security).user();
        erasures.lockGroups(user);
        if (!users.lock(user)) {
            throw Users.erased();
        }
        // The account may have joined more groups while this waited for the lock.
        erasures.lockGroups(user);
        requireOtherOwners(erasures, user);
        queue.cancelAll(null, user, user, Cause.ERASED);
        erasures.forget(user);
        users.erase(user);
        operators.forget(user);
        return SessionCookie.signedOut(security);
    }

    private static void requireOtherOwners(AccountErasures erasures, UUID user) {
        var groups = erasures.solelyOwned(user);
        if (!groups.isEmpty()) {
            var ids = JSON.createArrayBuilder();
            groups.forEach(group -> ids.add(group.toString()));
            throw Problem.of(ProblemType.LAST_OWNER, "Make another member an owner first, or archive the groups.")
                    .with("groups", ids.build());
        }
    }
}
