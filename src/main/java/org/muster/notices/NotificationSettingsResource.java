package org.muster.notices;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.JsonInput;
import org.muster.mail.Mailing;
import org.muster.notices.NotificationSettingsStore.Found;
import org.muster.problems.Problem;
import org.muster.users.Caller;

/** What the caller is told by mail. */
@Path("me/notification-settings")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class NotificationSettingsResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Mailing mailing;

    private NotificationSettingsStore settings;

    @PostConstruct
    void makeModels() {
        settings = new NotificationSettingsStore(database.sql(pool));
    }

    @GET
    public JsonObject settings(@Context SecurityContext security) {
        return json(settings.find(Caller.required(security).user()).orElseThrow(() -> Problem.notFound("account")));
    }

    @PATCH
    @Consumes({MediaType.APPLICATION_JSON, JsonInput.MERGE_PATCH})
    @Transactional
    public JsonObject change(@Context SecurityContext security, JsonInput patch) {
        var user = Caller.required(security).user();
        var current = settings.lock(user).orElseThrow(() -> Problem.notFound("account"));
        var input = patch.patching(current.settings().json());
        var wanted = NotificationSettings.read(input);
        input.done();
        settings.store(user, wanted);
        return json(new Found(wanted, current.verified(), current.undeliverable()));
    }

    private JsonObject json(Found found) {
        return JSON.createObjectBuilder(found.settings().json())
                .add("mail", delivery(found))
                .build();
    }

    private String delivery(Found found) {
        if (!mailing.enabled()) {
            return "off";
        }
        if (found.undeliverable()) {
            return "undeliverable";
        }
        return found.verified() ? "on" : "unverified";
    }
}
