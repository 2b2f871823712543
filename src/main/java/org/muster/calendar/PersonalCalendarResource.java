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
import java.util.Optional;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.limits.ConcurrencyLimits;
import org.muster.problems.Problem;
import org.muster.users.Token;

/** A user's personal calendar. The token in the address replaces authentication, for programs that cannot sign in. */
@Path("calendar/{token}.ics")
@Produces(Calendar.MEDIA_TYPE)
@ApplicationScoped
@ConsistentReads
public class PersonalCalendarResource {
    private static final String NAME = "Muster";
    private static final String FILE = "muster";

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
    public Response calendar(
            @PathParam("token") String token, @Context HttpServletRequest request, @Context HttpHeaders headers) {
        var found = events.open(new Token(token)).orElseThrow(() -> Problem.notFound("calendar"));
        return Calendar.response(
                new Calendar.Recipient(request, headers, ids.value(), limits),
                found.content(),
                FILE,
                () -> new Calendar(
                        Optional.of(NAME), (after, description) -> events.ofUser(found.user(), after, description)));
    }
}
