package org.muster.accounts;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.mail.Mailing;
import org.muster.metrics.Metrics;
import org.muster.proxies.ClientAddress;
import org.muster.users.AccountRequests;
import org.muster.users.Unauthenticated;

/** Asks for a link to a new password. */
@Path("password-resets")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class PasswordResetsResource {
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

    /** Has a link sent to the address if there is an account with it, which the response does not tell. */
    @POST
    @Unauthenticated
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response request(JsonInput input, @Context HttpServletRequest client) {
        var email = input.line("email", 1, 254);
        input.done();
        mailing.require();
        limits.use(RateLimit.PASSWORD_RESETS, ClientAddress.of(client).network());
        requests.add(AccountRequests.Kind.RESET, email);
        return Response.accepted().build();
    }
}
