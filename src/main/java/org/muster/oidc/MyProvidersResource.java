package org.muster.oidc;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.Times;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.proxies.ClientAddress;
import org.muster.users.Caller;
import org.muster.users.SecurityLog;
import org.muster.users.SecurityLog.Event;
import org.muster.users.Users;

/** How the caller can sign in: the providers that their account is linked with, and whether it has a password and a second factor. */
@Path("me/providers")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class MyProvidersResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    ProviderMails mails;

    @Inject
    SecurityLog log;

    private Identities identities;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        identities = new Identities(sql);
        users = new Users(sql);
    }

    @GET
    public JsonObject list(@Context SecurityContext security) {
        var user = Caller.signedIn(security).user();
        var account = users.account(user);
        var items = JSON.createArrayBuilder();
        for (var identity : identities.list(user)) {
            items.add(JSON.createObjectBuilder()
                    .add("id", identity.id().toString())
                    .add("issuer", identity.issuer())
                    .add("linkedAt", Times.utc(identity.linkedAt())));
        }
        return JSON.createObjectBuilder()
                .add("items", items)
                .add("hasPassword", account.flatMap(Users.Account::passwordHash).isPresent())
                .add("secondFactor", account.filter(Users.Account::secondFactor).isPresent())
                .build();
    }

    /** Ends a link. Sessions that were opened with it go on. */
    @DELETE
    @Path("{provider}")
    @Transactional
    public void unlink(
            @PathParam("provider") UUID identity,
            @Context SecurityContext security,
            @Context HttpServletRequest client) {
        var user = Caller.signedIn(security).user();
        users.lock(user);
        var linked = identities.list(user).stream()
                .filter(known -> known.id().equals(identity))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("provider"));
        if (!identities.unlink(user, identity)) {
            throw Problem.of(
                    ProblemType.LAST_SIGN_IN,
                    "The account has no password. Set one first, with a link from POST /api/v1/password-resets.");
        }
        mails.tellUnlinked(user, linked.issuer());
        log.add(
                Event.PROVIDER_UNLINKED,
                Optional.of(user),
                ClientAddress.of(client).text());
    }
}
