package org.muster.calendar;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.RequestScoped;
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
import org.muster.groups.Groups;
import org.muster.problems.Problem;
import org.muster.users.Caller;

/** A group's calendar: members see all that was published, others what of that is public in a group that is not hidden. */
@Path("groups/{group}/calendar.ics")
@Produces(Calendar.MEDIA_TYPE)
@RequestScoped
public class GroupCalendarResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    CalendarName ids;

    @GET
    public Response calendar(
            @PathParam("group") UUID id, @Context HttpHeaders headers, @Context SecurityContext security) {
        var access = new Groups(pool)
                .access(id, Caller.of(security).map(Caller::user))
                .orElseThrow(() -> Problem.notFound("group"))
                .seeing();
        var group = access.group();
        var feeds = new Feeds(pool);
        return Calendar.answer(
                headers,
                ids,
                group.version() + "-" + feeds.contentOfGroup(id, access.member()),
                group.settings().slug(),
                () -> new Calendar(Optional.of(group.settings().name()), feeds.ofGroup(id, access.member())));
    }
}
