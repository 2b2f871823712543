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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.activities.Activities;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.limits.ConcurrencyLimits;
import org.muster.problems.Problem;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** An activity as an iCalendar file, for those who may see it, once it is published. */
@Path("groups/{group}/activities/{activity}.ics")
@Produces(Calendar.MEDIA_TYPE)
@ApplicationScoped
@ConsistentReads
public class ActivityCalendarResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    CalendarName ids;

    @Inject
    ConcurrencyLimits limits;

    private Activities activities;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        activities = new Activities(sql);
    }

    @GET
    @DeferredAuthentication
    public Response activity(
            @PathParam("group") UUID group,
            @PathParam("activity") UUID id,
            @Context HttpServletRequest request,
            @Context HttpHeaders headers,
            @Context SecurityContext security) {
        var activity = activities.access(group, id, Requester.of(security)).requireVisible();
        if (!activity.announced()) {
            throw Problem.notFound("activity");
        }
        return Calendar.response(
                new Calendar.Recipient(request, headers, ids.value(), limits),
                id + "-" + activity.version(),
                id.toString(),
                () -> new Calendar(
                        Optional.empty(), (any, description) -> List.of(new CalendarEvent(activity, false))));
    }
}
