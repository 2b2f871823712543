package org.muster.users;

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
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.JsonInput;
import org.muster.problems.Problem;
import org.muster.problems.Problem.Invalid;
import org.muster.problems.ProblemType;
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
    Operators operators;

    @Inject
    SecurityLog log;

    private SignInLimits limits;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        limits = new SignInLimits(sql);
        users = new Users(sql);
    }

    @GET
    @DeferredAuthentication
    public JsonObject me(@Context SecurityContext security) {
        return json(users.find(Requester.required(security)));
    }

    /** Changes the profile, and the password if a new one is given. A new password ends all other sessions, and revokes the calendar's token. */
    @PATCH
    @Consumes({MediaType.APPLICATION_JSON, JsonInput.MERGE_PATCH})
    public JsonObject change(@Context SecurityContext security, @Context HttpServletRequest request, JsonInput patch) {
        var caller = Caller.required(security);
        var current = users.find(caller.user()).orElseThrow(() -> Problem.notFound("account"));
        var input = patch.patching(current.profile().json());
        var profile = current.profile().read(input);
        if (input.has("password") || input.has("currentPassword")) {
            Caller.signedIn(security);
            var password = NewUser.newPassword(input, "password");
            var currentPassword = new Password(input.verbatim("currentPassword", 1, 256));
            input.done();
            change(caller, password, currentPassword, request);
        }
        input.done();
        return json(users.change(
                        caller.user(),
                        Optional.of(profile.displayName()).filter(any -> patch.has("displayName")),
                        Optional.of(profile.zone()).filter(any -> patch.has("zone")))
                .orElseThrow());
    }

    private JsonObject json(User user) {
        return user.json(operators.include(user.email()));
    }

    /** Hashing takes long; it happens without a connection to the database. */
    private void change(Caller caller, Password password, Password currentPassword, HttpServletRequest client) {
        var address = ClientAddress.of(client).network();
        var attempt = new SignInLimits.Attempt(caller.user().toString(), address);
        limits.wait(attempt).ifPresent(wait -> refuse(wait, caller, address));
        var account = users.account(caller.user());
        var verified = passwords.verify(currentPassword, account.map(Users.Account::passwordHash), client);
        // Concurrent attempts may have reached the limit: the response must not reveal whether the password is correct
        // then.
        (verified ? limits.wait(attempt) : limits.failed(attempt)).ifPresent(wait -> refuse(wait, caller, address));
        if (!verified) {
            log.add(Event.SIGN_IN_FAILED, Optional.of(caller.user()), address);
        }
        if (!verified
                || !users.changePassword(account.orElseThrow(), passwords.hash(password, client), caller.token())) {
            throw Problem.invalid(
                    ProblemType.VALIDATION, List.of(new Invalid("#/currentPassword", "is not the current password")));
        }
        limits.succeeded(attempt);
        operators.forget(caller.user());
        log.add(Event.PASSWORD_CHANGED, Optional.of(caller.user()), address);
    }

    private void refuse(Duration wait, Caller caller, String address) {
        log.add(Event.LOCKED_OUT, Optional.of(caller.user()), address);
        throw Problem.tooManyRequests("Too many attempts with a wrong current password.", wait);
    }
}
