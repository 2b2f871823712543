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

/** Sets a new password with a link. The link's token is in the body: addresses end up in logs. */
@Path("new-passwords")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class NewPasswordsResource {
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
    PasswordResets resets;

    private RateLimits limits;

    @PostConstruct
    void makeModels() {
        limits = new RateLimits(database.sql(pool), metrics);
    }

    @POST
    @Unauthenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public Response reset(JsonInput input, @Context HttpServletRequest client) {
        var token = new Token(input.line("token", 1, MAX_TOKEN));
        var password = NewUser.newPassword(input, "password");
        input.done();
        var address = ClientAddress.of(client);
        limits.use(RateLimit.NEW_PASSWORDS, address.network());
        var hash = resets.owner(token).map(owner -> {
            rules.require(password, owner.email(), owner.displayName());
            return passwords.hash(password, client);
        });
        return resets.reset(token, hash, address);
    }
}
