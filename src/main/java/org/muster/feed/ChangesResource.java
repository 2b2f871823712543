package org.muster.feed;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonValue;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
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
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Consistency;
import org.muster.database.Database;
import org.muster.groups.GroupAccess;
import org.muster.groups.Groups;
import org.muster.http.EventStreams;
import org.muster.http.PageRequest;
import org.muster.problems.Problem;
import org.muster.users.Caller;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** The changes of a group after a cursor, for its members. */
@Path("groups/{group}/changes")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class ChangesResource {
    private static final String NOW = "now";

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    ChangeBroadcaster broadcaster;

    @Inject
    EventStreams streams;

    private Changes changes;
    private Groups groups;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        changes = new Changes(sql);
        groups = new Groups(sql);
    }

    /**
     * Returns the changes after this cursor, or from the beginning without one. With {@code now} returns the current
     * cursor only.
     */
    @GET
    @DeferredAuthentication
    public Response changes(
            @PathParam("group") UUID group,
            @QueryParam("after") String after,
            @QueryParam("limit") String limit,
            @Context UriInfo uri,
            @Context SecurityContext security) {
        var requester = Requester.required(security);
        var page = PageRequest.of(limit, NOW.equals(after) ? null : after);
        var cursor = page.after(Changes.Cursor::parse).orElse(Changes.Cursor.BEGINNING);
        var access = groups.access(group, requester).requireMember();
        if (NOW.equals(after)) {
            return response(JSON.createArrayBuilder().build(), changes.now(), false);
        }
        var found = changes.after(group, cursor, access.organizer(), page.fetchSize());
        var items = JSON.createArrayBuilder();
        var last = cursor;
        for (var change : found.subList(0, Math.min(page.limit(), found.size()))) {
            items.add(change.json(true));
            last = change.cursor();
        }
        return response(items.build(), last, found.size() > page.limit());
    }

    /**
     * Streams the changes after {@code Last-Event-ID} or {@code after}, or from now on if neither is given, until the
     * client disconnects.
     *
     * @throws Problem 429 if the user has too many streams, 503 if the node has
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS + ";qs=0.5")
    public Response stream(
            @PathParam("group") UUID group,
            @QueryParam("after") String after,
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String last,
            @Context SecurityContext security,
            @Context HttpServletRequest request) {
        var caller = Caller.required(security);
        var user = caller.user();
        var from = last == null ? after : last;
        var cursor = PageRequest.of(null, NOW.equals(from) ? null : from).after(Changes.Cursor::parse);
        var access = groups.access(group, user).requireMember();
        var start = cursor.orElseGet(() -> changes.now());
        var subscription = new ChangeListener.Subscription(
                group,
                Optional.empty(),
                user,
                () -> groups.findAccess(group, user).filter(GroupAccess::member).map(GroupAccess::organizer),
                caller.token().key());
        Consistency.follows(PageRequest.cursor(start.toString()));
        var stream = streams.streamFor(request);
        broadcaster.open(new ChangeListener(subscription, access.organizer(), start, stream));
        return stream.response();
    }

    private static Response response(JsonValue items, Changes.Cursor next, boolean more) {
        var cursor = PageRequest.cursor(next.toString());
        Consistency.follows(cursor);
        return Response.ok(JSON.createObjectBuilder()
                        .add("items", items)
                        .add("next", cursor)
                        .add("more", more)
                        .build())
                .build();
    }
}
