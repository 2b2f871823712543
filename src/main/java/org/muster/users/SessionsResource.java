package org.muster.users;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.JsonInput;
import org.muster.limits.ConcurrencyLimits;
import org.muster.limits.Turn;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.proxies.ClientAddress;
import org.muster.settings.Password;
import org.muster.users.SecurityLog.Event;

/** Signs users in and out. */
@Path("sessions")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class SessionsResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Passwords passwords;

    @Inject
    SignIn signIn;

    @Inject
    SecondFactorCodes codes;

    @Inject
    Operators operators;

    @Inject
    ConcurrencyLimits turns;

    @Inject
    SecurityLog log;

    private Sessions sessions;
    private SignInLimits limits;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        sessions = new Sessions(sql);
        limits = new SignInLimits(sql, log);
        users = new Users(sql);
    }

    @POST
    @Unauthenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public Response open(JsonInput input, @Context HttpServletRequest request, @Context HttpHeaders headers) {
        var email = input.line("email", 1, 254);
        var password = new Password(input.verbatim("password", 1, 256));
        var code = Optional.of(input.line("code", SecondFactorCodes.MAX_CODE)).filter(text -> !text.isEmpty());
        var cookie = input.flag("cookie", false);
        input.done();

        var client = ClientAddress.of(request);
        var account = users.account(email);
        var attempt = SignInLimits.Attempt.signIn(email, account.map(Users.Account::user), client.network());
        var standing = limits.standing(attempt);
        standing.retryAfter().ifPresent(wait -> refuse(wait, account, attempt));
        BooleanSupplier verification =
                () -> passwords.verify(password, account.flatMap(Users.Account::passwordHash), request);
        var matches = standing.takesTurns() && !ClientAddress.local(request)
                ? inTurn(attempt.network(), verification)
                : verification.getAsBoolean();
        // Concurrent attempts may have reached the limit: the response must not reveal whether the password is correct
        // then.
        (matches ? limits.standing(attempt) : limits.failed(attempt))
                .retryAfter()
                .ifPresent(wait -> refuse(wait, account, attempt));
        if (!matches) {
            log.add(Event.SIGN_IN_FAILED, account.map(Users.Account::user), attempt.network());
            throw Problem.unauthenticated("There is no account with this e-mail address and password.");
        }
        if (account.filter(Users.Account::suspended).isPresent()) {
            log.add(Event.SIGN_IN_FAILED, account.map(Users.Account::user), attempt.network());
            throw SignIn.suspended();
        }
        account.filter(known -> Passwords.outdated(known.passwordHash().orElseThrow()))
                .ifPresent(known -> renewHash(known, password, request));
        var signedIn = open(account.orElseThrow(), code, attempt, client);
        limits.signedIn(attempt, account.get());
        log.add(Event.SIGNED_IN, account.map(Users.Account::user), attempt.network());
        if (cookie) {
            // A repeated request has the session that it opened already.
            SessionCookie.token(headers.getRequestHeader(HttpHeaders.COOKIE), request.isSecure())
                    .filter(old -> !old.value().equals(((JsonObject) signedIn.getEntity()).getString("token")))
                    .ifPresent(this::close);
        }
        return cookie ? SessionCookie.inCookie(signedIn, request) : signedIn;
    }

    /** Slows down whoever tries one account after the other. A single sign-in passes at once: it is the next one that waits. */
    private boolean inTurn(String network, BooleanSupplier verification) {
        var turn = turns.await(Turn.SUSPECT_SIGN_IN, network);
        try {
            return verification.getAsBoolean();
        } finally {
            turn.close();
        }
    }

    /** A wrong code is a failure like a wrong password. */
    private Response open(
            Users.Account account, Optional<String> code, SignInLimits.Attempt attempt, ClientAddress client) {
        if (!account.secondFactor()) {
            return signIn.openWithPassword(account);
        }
        if (code.isEmpty()) {
            log.add(Event.SECOND_FACTOR_ASKED, Optional.of(account.user()), attempt.network());
            throw SignIn.challenge(
                    ProblemType.SECOND_FACTOR_REQUIRED,
                    "Send the code that your authenticator shows, or a recovery code, as 'code' beside the password.");
        }
        try {
            return codes.spend(account, client, () -> signIn.openWithCode(account, code.get(), client));
        } catch (Problem refused) {
            if (refused.type() == ProblemType.WRONG_CODE) {
                limits.failed(attempt).retryAfter().ifPresent(wait -> refuse(wait, Optional.of(account), attempt));
            }
            throw refused;
        }
    }

    private void renewHash(Users.Account account, Password password, HttpServletRequest request) {
        try {
            users.renewHash(account, passwords.hash(password, request));
        } catch (Problem tooBusy) {
            // The next sign-in renews it.
        }
    }

    private void refuse(Duration wait, Optional<Users.Account> account, SignInLimits.Attempt attempt) {
        log.add(Event.LOCKED_OUT, account.map(Users.Account::user), attempt.network());
        throw SignInLimits.refusal("Too many failed sign-ins.", wait);
    }

    @DELETE
    @WithoutSecondFactor
    public Response close(@Context SecurityContext security, @Context HttpServletRequest request) {
        var caller = Caller.signedIn(security);
        close(caller.token());
        log.add(
                Event.SIGNED_OUT,
                Optional.of(caller.user()),
                ClientAddress.of(request).text());
        return SessionCookie.signedOut(security);
    }

    private void close(Token token) {
        sessions.close(token);
        operators.forget(token);
    }
}
