package org.muster.accounts;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.PageRequest;
import org.muster.http.Times;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.proxies.ClientAddress;
import org.muster.totp.SecondFactors;
import org.muster.users.AccountTokens;
import org.muster.users.Caller;
import org.muster.users.Operators;
import org.muster.users.SecurityLog;
import org.muster.users.SecurityLog.Event;
import org.muster.users.Sessions;
import org.muster.users.Token;
import org.muster.users.Users;

/** The accounts of this server, for operators: they find, suspend and recover them. */
@Path("operator/accounts")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class OperatorAccountsResource {
    private static final int MAX_QUERY = 254;
    private static final Duration LINK_LIFETIME = Duration.ofDays(1);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    AccountMails mails;

    @Inject
    Operators operators;

    @Inject
    SecurityLog log;

    @Context
    SecurityContext security;

    private Accounts accounts;
    private SecondFactors secondFactors;
    private Sessions sessions;
    private AccountTokens tokens;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        accounts = new Accounts(sql);
        secondFactors = new SecondFactors(sql);
        sessions = new Sessions(sql);
        tokens = new AccountTokens(sql);
        users = new Users(sql);
    }

    /** Those whose name or address contains the query, the newest first. */
    @GET
    public Response list(
            @QueryParam("query") String query,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        Caller.requireOperator(security);
        var page = PageRequest.of(limit, cursor);
        var text = query == null ? "" : query.strip();
        if (text.length() > MAX_QUERY || text.indexOf('\0') >= 0) {
            throw Problem.of(
                    ProblemType.INVALID_PARAMETER, "query must be text of at most " + MAX_QUERY + " characters.");
        }
        var found = accounts.search(text, page.after(UUID::fromString), page.fetchSize());
        return page.response(
                found,
                account -> account.json(operators).build(),
                account -> account.id().toString(),
                uri);
    }

    /** The account, with what operators did to it. */
    @GET
    @Path("{user}")
    public JsonObject account(@PathParam("user") UUID user) {
        Caller.requireOperator(security);
        return json(user);
    }

    /** Ends all use of the account, until it is allowed again. Does nothing if it is suspended already. */
    @POST
    @Path("{user}/suspend")
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public JsonObject suspend(@PathParam("user") UUID user, JsonInput input, @Context HttpServletRequest client) {
        var operator = Caller.requireOperator(security).user();
        var reason = input.line("reason", 500);
        input.done();
        if (user.equals(operator)) {
            throw Problem.of(ProblemType.FORBIDDEN, "You cannot suspend yourself. Ask another operator.");
        }
        if (accounts.suspend(user, operator, reason)) {
            operators.forget(user);
            log(Event.ACCOUNT_SUSPENDED, user, client);
        }
        return json(user);
    }

    /** Lets the account be used again. Its access tokens are valid again too. */
    @POST
    @Path("{user}/unsuspend")
    @Transactional
    @Idempotent
    public JsonObject unsuspend(@PathParam("user") UUID user, @Context HttpServletRequest client) {
        if (accounts.unsuspend(user, Caller.requireOperator(security).user())) {
            log(Event.ACCOUNT_UNSUSPENDED, user, client);
        }
        return json(user);
    }

    /** Makes a link to a new password, which is only in this response. It is good for once, within a day. */
    @POST
    @Path("{user}/reset-link")
    @Transactional
    @Idempotent
    public Response resetLink(@PathParam("user") UUID user, @Context UriInfo uri, @Context HttpServletRequest client) {
        var operator = Caller.requireOperator(security).user();
        if (accounts.find(user).isEmpty()) {
            throw unknown();
        }
        var token = Token.random();
        tokens.addReset(token, user, Optional.empty(), LINK_LIFETIME);
        accounts.record(operator, "account.reset-link-created", user);
        log(Event.RESET_LINK_CREATED, user, client);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(JSON.createObjectBuilder()
                        .add(
                                "url",
                                uri.getBaseUri()
                                        .resolve("/#/reset/" + token.value())
                                        .toString())
                        .add(
                                "expiresAt",
                                Times.utc(Instant.now().plus(LINK_LIFETIME).truncatedTo(ChronoUnit.SECONDS)))
                        .build())
                .build();
    }

    /** Removes the second factor of somebody who has lost it, and ends their sessions. Does nothing if there is none. */
    @POST
    @Path("{user}/remove-second-factor")
    @Transactional
    @Idempotent
    public JsonObject removeSecondFactor(@PathParam("user") UUID user, @Context HttpServletRequest client) {
        var operator = Caller.requireOperator(security).user();
        if (user.equals(operator)) {
            throw Problem.of(
                    ProblemType.FORBIDDEN,
                    "You cannot remove your own. Turn it off with a code, or ask another operator.");
        }
        if (users.lock(user) && secondFactors.end(user)) {
            sessions.endAll(user);
            operators.forget(user);
            accounts.record(operator, "account.second-factor-removed", user);
            mails.tell("second-factor.removed", user);
            log(Event.SECOND_FACTOR_REMOVED, user, client);
        }
        return json(user);
    }

    private JsonObject json(UUID user) {
        var account = accounts.find(user).orElseThrow(OperatorAccountsResource::unknown);
        var actions = JSON.createArrayBuilder();
        accounts.actions(user).forEach(action -> actions.add(action.json()));
        return account.json(operators).add("actions", actions).build();
    }

    private void log(Event event, UUID user, HttpServletRequest client) {
        log.add(event, Optional.of(user), ClientAddress.of(client).text());
    }

    private static Problem unknown() {
        return Problem.notFound("account");
    }
}
