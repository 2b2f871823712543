package org.muster.calendar;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.groups.Groups;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/**
 * A group's calendar. Members see all published activities, others the public ones, if the group is public.
 */
@Path("groups/{group}/calendar.ics")
@Produces(Calendar.MEDIA_TYPE)
@ApplicationScoped
public class GroupCalendarResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    CalendarName ids;

    private CalendarEvents feeds;
    private Groups groups;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        feeds = new CalendarEvents(sql);
        groups = new Groups(sql);
    }

    @GET
    @DeferredAuthentication
    public Response calendar(
            @PathParam("group") UUID id, @Context HttpHeaders headers, @Context SecurityContext security) {
        var access = groups.access(id, Requester.of(security)).requireVisible();
        var group = access.group();
        return Calendar.response(
                headers,
                ids,
                group.version() + "-" + feeds.contentOfGroup(id, access.member()),
                group.settings().slug(),
                () -> new Calendar(Optional.of(group.settings().name()), feeds.ofGroup(id, access.member())));
    }
}
