package org.muster.push;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.JsonInput;
import org.muster.http.Times;
import org.muster.problems.Problem;
import org.muster.push.PushSubscriptions.Stored;
import org.muster.settings.PushOrigin;
import org.muster.users.Caller;
import org.muster.users.Users;

/** The subscription of the browser in which the caller is signed in. It ends with the session. A program has none. */
@Path("me/push-subscription")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class PushSubscriptionResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    PushServer server;

    private PushSubscriptions subscriptions;
    private Users users;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        subscriptions = new PushSubscriptions(sql);
        users = new Users(sql);
    }

    @GET
    public JsonObject subscription(@Context SecurityContext security) {
        return json(subscriptions.find(Caller.signedIn(security)));
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    public JsonObject subscribe(@Context SecurityContext security, JsonInput input) {
        var caller = Caller.signedIn(security);
        var wanted = PushSubscription.read(input, server.services());
        // The lock serializes requests: concurrent ones would exceed the limit.
        if (!users.lock(caller.user())) {
            throw Users.erased();
        }
        var stored = subscriptions.store(caller, wanted);
        return json(Optional.of(stored.orElseThrow(() -> Problem.unauthenticated("The session has ended."))));
    }

    @DELETE
    @Transactional
    public void end(@Context SecurityContext security) {
        subscriptions.end(Caller.signedIn(security));
    }

    private JsonObject json(Optional<Stored> subscription) {
        return JSON.createObjectBuilder()
                .add(
                        "applicationServerKey",
                        server.key()
                                .<JsonValue>map(key -> JSON.createValue(key.publicKey()))
                                .orElse(JsonValue.NULL))
                .add(
                        "subscription",
                        subscription
                                .<JsonValue>map(stored -> JSON.createObjectBuilder()
                                        .add("service", PushOrigin.origin(stored.endpoint()))
                                        .add("createdAt", Times.utc(stored.createdAt()))
                                        .build())
                                .orElse(JsonValue.NULL))
                .build();
    }
}
