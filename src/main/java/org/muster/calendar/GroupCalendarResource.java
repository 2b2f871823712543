package org.muster.calendar;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
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
import org.muster.http.ConsistentReads;
import org.muster.limits.ConcurrencyLimits;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/**
 * A group's calendar. Members see all published activities, others the public ones, if the group is public.
 */
@Path("groups/{group}/calendar.ics")
@Produces(Calendar.MEDIA_TYPE)
@ApplicationScoped
@ConsistentReads
public class GroupCalendarResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    CalendarName ids;

    @Inject
    ConcurrencyLimits limits;

    private CalendarEvents events;

    @PostConstruct
    void makeModels() {
        events = new CalendarEvents(database.sql(pool));
    }

    @GET
    @DeferredAuthentication
    public Response calendar(
            @PathParam("group") UUID id,
            @Context HttpServletRequest request,
            @Context HttpHeaders headers,
            @Context SecurityContext security) {
        var found = events.open(id, Requester.of(security));
        var access = found.access().requireVisible();
        var group = access.group();
        return Calendar.response(
                new Calendar.Recipient(request, headers, ids.value(), limits),
                group.version() + "-" + found.content(),
                group.settings().slug(),
                () -> new Calendar(
                        Optional.of(group.settings().name()),
                        (after, description) -> events.ofGroup(id, access.member(), after, description)));
    }
}
