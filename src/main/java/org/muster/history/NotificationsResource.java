package org.muster.history;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.Idempotent;
import org.muster.http.JsonInput;
import org.muster.http.PageRequest;
import org.muster.http.QueryParameters;
import org.muster.http.Times;
import org.muster.users.Caller;

/** The caller's notifications. */
@Path("me/notifications")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class NotificationsResource {
    private static final int MAX_ID_DIGITS = 18;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Context
    SecurityContext security;

    private Notifications notifications;

    @PostConstruct
    void makeModels() {
        notifications = new Notifications(database.sql(pool));
    }

    /** The newest first. */
    @GET
    public Response list(
            @QueryParam("unread") String unread,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri) {
        var caller = Caller.required(security);
        var page = PageRequest.of(limit, cursor);
        var found = notifications.list(
                caller.user(), QueryParameters.flag("unread", unread), page.after(Long::valueOf), page.fetchSize());
        return page.response(found, NotificationsResource::json, any -> String.valueOf(any.number()), uri);
    }

    /** Marks the notifications up to this one as read; all of them if none is given. */
    @POST
    @Path("read")
    @Consumes(MediaType.APPLICATION_JSON)
    @Transactional
    @Idempotent
    public void read(JsonInput input) {
        var caller = Caller.required(security);
        var upTo = input.line("upTo", MAX_ID_DIGITS);
        if (!upTo.matches("[0-9]*")) {
            input.reject("upTo", "must be the id of a notification");
        }
        input.done();
        notifications.markRead(caller.user(), upTo.isEmpty() ? Long.MAX_VALUE : Long.parseLong(upTo));
    }

    private static JsonObject json(Notifications.Notification notification) {
        return JSON.createObjectBuilder()
                .add("id", String.valueOf(notification.number()))
                .add("kind", notification.kind())
                .add("groupId", notification.group().toString())
                .add(
                        "activityId",
                        notification
                                .activity()
                                .<JsonValue>map(id -> JSON.createValue(id.toString()))
                                .orElse(JsonValue.NULL))
                .add(
                        "subject",
                        notification.subject().<JsonValue>map(JSON::createValue).orElse(JsonValue.NULL))
                .add("reason", notification.reason())
                .add("at", Times.utc(notification.at()))
                .add(
                        "readAt",
                        notification
                                .readAt()
                                .<JsonValue>map(at -> JSON.createValue(Times.utc(at)))
                                .orElse(JsonValue.NULL))
                .build();
    }
}
