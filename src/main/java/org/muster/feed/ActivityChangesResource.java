package org.muster.feed;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.activities.Activities;
import org.muster.activities.Activity;
import org.muster.activities.Audience;
import org.muster.database.Consistency;
import org.muster.database.Database;
import org.muster.groups.GroupAccess;
import org.muster.groups.Groups;
import org.muster.http.EventStreams;
import org.muster.http.PageRequest;
import org.muster.problems.Problem;
import org.muster.users.Caller;

/** The stream of changes of one activity and its sign-ups, for signed-in users who may see the activity. */
@Path("groups/{group}/activities/{activity}/changes")
@ApplicationScoped
public class ActivityChangesResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    ChangeBroadcaster broadcaster;

    @Inject
    EventStreams streams;

    private Activities activities;
    private Changes changes;
    private Groups groups;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        activities = new Activities(sql);
        changes = new Changes(sql);
        groups = new Groups(sql);
    }

    /**
     * Streams changes, without users' ids, after {@code Last-Event-ID} or {@code after}, or from now on if neither is
     * given.
     *
     * @throws Problem 429 if the user has too many streams, 503 if the node has
     */
    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    public Response stream(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID activity,
            @QueryParam("after") String after,
            @HeaderParam(HttpHeaders.LAST_EVENT_ID_HEADER) String last,
            @Context SecurityContext security,
            @Context HttpServletRequest request) {
        var caller = Caller.required(security);
        var user = caller.user();
        var cursor = PageRequest.of(null, last == null ? after : last).after(Changes.Cursor::parse);
        var subscription = new ChangeListener.Subscription(
                group,
                Optional.of(activity),
                user,
                () -> mayOrganize(group, activity, user),
                caller.token().key());
        var organizer = mayOrganize(group, activity, user).orElseThrow(() -> Problem.notFound("activity"));
        var start = cursor.orElseGet(() -> changes.now());
        Consistency.follows(PageRequest.cursor(start.toString()));
        var stream = streams.streamFor(request);
        broadcaster.open(new ChangeListener(subscription, organizer, start, stream));
        return stream.response();
    }

    private Optional<Boolean> mayOrganize(UUID group, UUID id, UUID user) {
        var access = groups.findAccess(group, user);
        return activities
                .find(group, id)
                .flatMap(activity -> access.filter(own -> sees(own, activity)).map(GroupAccess::organizer));
    }

    private static boolean sees(GroupAccess access, Activity activity) {
        var shown = activity.announced() || access.organizer();
        return shown && (access.member() || activity.plan().visibility() == Audience.PUBLIC);
    }
}
