package org.muster.notices;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;
import org.muster.users.Unauthenticated;

/** Ends mail about a topic for whoever has the token in the mail: mail programs do that with one click (RFC 8058). */
@Path("unsubscriptions/{token}/{topic}")
@ApplicationScoped
@ConsistentReads
public class UnsubscriptionsResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    private NotificationSettingsStore settings;

    @PostConstruct
    void makeModels() {
        settings = new NotificationSettingsStore(database.sql(pool));
    }

    /** Leads to a view that asks first: programs that only look at an address must not end anything. */
    @GET
    @Unauthenticated
    public Response ask(@PathParam("token") UUID token, @PathParam("topic") String topic) {
        var known = topic(topic).orElseThrow(() -> Problem.notFound("subscription"));
        return Response.seeOther(URI.create("/unsubscribe#token=" + token + "&topic=" + EnumNames.hyphenated(known)))
                .build();
    }

    /** The body is not read: the address says it all. */
    @POST
    @Unauthenticated
    @Transactional
    @Idempotent
    public void unsubscribe(@PathParam("token") UUID token, @PathParam("topic") String topic) {
        if (topic(topic).filter(known -> settings.unsubscribe(token, known)).isEmpty()) {
            throw Problem.notFound("subscription");
        }
    }

    private static Optional<Topic> topic(String name) {
        return Stream.of(Topic.values())
                .filter(topic -> EnumNames.hyphenated(topic).equals(name))
                .findFirst();
    }
}
