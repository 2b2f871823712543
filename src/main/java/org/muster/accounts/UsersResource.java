package org.muster.accounts;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.JsonInput;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.metrics.Metrics;
import org.muster.proxies.ClientAddress;
import org.muster.users.NewUser;
import org.muster.users.PasswordRules;
import org.muster.users.Passwords;
import org.muster.users.Token;
import org.muster.users.Unauthenticated;

/** Creates accounts. */
@Path("users")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class UsersResource {
    private static final int MAX_TOKEN = 100;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Metrics metrics;

    @Inject
    Passwords passwords;

    @Inject
    PasswordRules rules;

    @Inject
    RegistrationPolicy policy;

    @Inject
    Registration registration;

    private RateLimits limits;

    @PostConstruct
    void makeModels() {
        limits = new RateLimits(database.sql(pool), metrics);
    }

    @POST
    @Unauthenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(JsonInput input, @Context UriInfo uri, @Context HttpServletRequest request) {
        var wanted = NewUser.of(input);
        var invitation = Optional.of(input.line("invitation", MAX_TOKEN))
                .filter(text -> !text.isEmpty())
                .map(Token::new);
        input.done();
        policy.require(invitation);
        limits.use(
                ClientAddress.local(request) ? RateLimit.LOCAL_ACCOUNTS : RateLimit.ACCOUNTS,
                ClientAddress.of(request).network());
        rules.require(wanted.password(), wanted.email(), wanted.profile().displayName());
        // Hashing takes long; it happens before there is a connection to the database.
        var hash = passwords.hash(wanted.password(), request);
        return registration.open(
                wanted, hash, invitation, uri.getBaseUriBuilder().path("me").build());
    }
}
