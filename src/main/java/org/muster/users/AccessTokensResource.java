package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObjectBuilder;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.PageRequest;
import org.muster.http.Times;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.users.AccessTokens.AccessToken;

/**
 * Creates, lists and revokes access tokens: programs act in the caller's name with them. A program cannot create or
 * revoke tokens.
 */
@Path("me/tokens")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class AccessTokensResource {
    private static final int MAX_TOKENS = 50;
    private static final Duration DEFAULT_LIFETIME = Duration.ofDays(90);
    private static final Duration MAX_LIFETIME = Duration.ofDays(366);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Context
    SecurityContext security;

    private AccessTokens accessTokens;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        accessTokens = new AccessTokens(sql);
        users = new Users(sql);
    }

    @GET
    public Response list(@QueryParam("limit") String limit, @QueryParam("cursor") String cursor, @Context UriInfo uri) {
        var caller = Caller.required(security);
        var page = PageRequest.of(limit, cursor);
        var tokens = accessTokens.list(caller.user(), page.after(UUID::fromString), page.fetchSize());
        return page.response(
                tokens, token -> json(token).build(), token -> token.id().toString(), uri);
    }

    /** Creates a token. The secret is in this response only. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public Response create(JsonInput input) {
        var caller = Caller.signedIn(security);
        var name = input.line("name", 1, 100);
        var scopes = input.choices("scopes", Scope.class);
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        var expiresAt = input.instant("expiresAt").orElse(now.plus(DEFAULT_LIFETIME));
        if (!expiresAt.isAfter(now) || expiresAt.isAfter(now.plus(MAX_LIFETIME))) {
            input.reject("expiresAt", "must be in the next 366 days");
        }
        input.done();
        // The lock serializes requests: concurrent ones would exceed the limit.
        if (!users.lock(caller.user())) {
            throw Users.erased();
        }
        if (accessTokens.count(caller.user()) >= MAX_TOKENS) {
            throw Problem.of(ProblemType.TOO_MANY_TOKENS, "There are " + MAX_TOKENS + " tokens. Revoke one first.");
        }
        var secret = Token.random();
        var token = accessTokens.create(caller.user(), secret, name, scopes, expiresAt);
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(json(token).add("token", secret.value()).build())
                .build();
    }

    @DELETE
    @Transactional
    public void revokeAll() {
        accessTokens.revokeAll(Caller.signedIn(security).user());
    }

    @DELETE
    @Path("{token}")
    @Transactional
    public void revoke(@PathParam("token") UUID token) {
        if (!accessTokens.revoke(Caller.signedIn(security).user(), token)) {
            throw Problem.notFound("token");
        }
    }

    private static JsonObjectBuilder json(AccessToken token) {
        var scopes = JSON.createArrayBuilder();
        token.scopes().forEach(scope -> scopes.add(EnumNames.of(scope)));
        return JSON.createObjectBuilder()
                .add("id", token.id().toString())
                .add("name", token.name())
                .add("scopes", scopes)
                .add("createdAt", Times.utc(token.createdAt()))
                .add("expiresAt", Times.utc(token.expiresAt()));
    }
}
