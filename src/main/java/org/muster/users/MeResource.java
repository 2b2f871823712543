package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.JsonInput;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.mail.Mailing;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.proxies.ClientAddress;
import org.muster.settings.Password;
import org.muster.users.SecurityLog.Event;

/** The caller's own account. */
@Path("me")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class MeResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Passwords passwords;

    @Inject
    PasswordRules rules;

    @Inject
    Operators operators;

    @Inject
    CurrentPassword current;

    @Inject
    Mailing mailing;

    @Inject
    Metrics metrics;

    @Inject
    SecurityLog log;

    private RateLimits limits;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        limits = new RateLimits(sql, metrics);
        users = new Users(sql);
    }

    @GET
    @DeferredAuthentication
    @WithoutSecondFactor
    public JsonObject me(@Context SecurityContext security) {
        var requester = Requester.required(security);
        var account = json(users.find(requester));
        return requester.known().filter(Caller::settingUp).isEmpty()
                ? account
                : JSON.createObjectBuilder(account)
                        .add("secondFactorRequired", true)
                        .build();
    }

    /**
     * Changes the profile, and the password if a new one is given. A new password ends all other sessions, and revokes the calendar's
     * token; a browser's session gets another token. A new address counts once it is verified.
     */
    @PATCH
    @Consumes({MediaType.APPLICATION_JSON, JsonInput.MERGE_PATCH})
    public Response change(@Context SecurityContext security, @Context HttpServletRequest request, JsonInput patch) {
        var caller = Caller.required(security);
        var user = users.find(caller.user()).orElseThrow(() -> Problem.notFound("account"));
        var input = patch.patching(user.profile().json());
        var profile = user.profile().read(input);
        var cookies = new NewCookie[0];
        if (input.has("password") || input.has("email") || input.has("currentPassword")) {
            Caller.signedIn(security);
            var password = Optional.of("password")
                    .filter(field -> input.has(field) || !input.has("email"))
                    .map(field -> NewUser.newPassword(input, field));
            var email = Optional.of("email").filter(input::has).map(field -> NewUser.email(input));
            var currentPassword = new Password(input.verbatim("currentPassword", 1, 256));
            input.done();
            if (email.isPresent()) {
                mailing.require();
            }
            var verified = current.verify(caller, currentPassword, request);
            password.ifPresent(chosen -> rules.require(chosen, user.email(), profile.displayName()));
            email.ifPresent(address -> {
                limits.use(RateLimit.VERIFICATION_LINKS, caller.user());
                users.setPendingEmail(caller.user(), address);
            });
            if (password.isPresent()) {
                cookies = change(security, password.get(), verified, request);
            }
        }
        input.done();
        var changed = users.change(
                        caller.user(),
                        Optional.of(profile.displayName()).filter(any -> patch.has("displayName")),
                        Optional.of(profile.zone()).filter(any -> patch.has("zone")))
                .orElseThrow();
        return Response.ok(json(changed)).cookie(cookies).build();
    }

    private JsonObject json(User user) {
        return user.json(operators.include(user));
    }

    /** The cookies with the browser's new token. A program keeps its own, which it could not read from them. */
    private NewCookie[] change(
            SecurityContext security, Password password, Users.Account verified, HttpServletRequest client) {
        var caller = Caller.signedIn(security);
        var browser = SessionCookie.SCHEME.equals(security.getAuthenticationScheme());
        var next = browser ? Token.random() : caller.token();
        var expiresAt = users.changePassword(verified, passwords.hash(password, client), caller.token(), next)
                .orElseThrow(CurrentPassword::wrong);
        operators.forget(caller.user());
        log.add(
                Event.PASSWORD_CHANGED,
                Optional.of(caller.user()),
                ClientAddress.of(client).network());
        return browser ? SessionCookie.cookies(next, expiresAt, client.isSecure()) : new NewCookie[0];
    }
}
