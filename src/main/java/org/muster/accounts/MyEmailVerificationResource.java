package org.muster.accounts;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.mail.Mailing;
import org.muster.metrics.Metrics;
import org.muster.users.AccountRequests;
import org.muster.users.Caller;

/** Asks for another link to verify the caller's address, or the one that is to take its place. */
@Path("me/email-verification")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class MyEmailVerificationResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Mailing mailing;

    @Inject
    Metrics metrics;

    private RateLimits limits;
    private AccountRequests requests;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        limits = new RateLimits(sql, metrics);
        requests = new AccountRequests(sql);
    }

    /** Has a link sent, unless there is nothing to verify. */
    @POST
    @Transactional
    @Idempotent
    public Response request(@Context SecurityContext security) {
        var caller = Caller.signedIn(security);
        mailing.require();
        limits.use(RateLimit.VERIFICATION_LINKS, caller.user());
        requests.addVerification(caller.user());
        return Response.accepted().build();
    }
}
