package org.muster.calendar;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.Idempotent;
import org.muster.users.Caller;
import org.muster.users.Token;

/** The token in the address of the caller's personal calendar. */
@Path("me/calendar-token")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class CalendarTokenResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    private CalendarTokens calendarTokens;

    @PostConstruct
    void makeModels() {
        calendarTokens = new CalendarTokens(database.sql(pool));
    }

    /** Creates a token and revokes the previous one. */
    @POST
    @Transactional
    @Idempotent
    public Response replace(@Context SecurityContext security, @Context UriInfo uri) {
        var caller = Caller.required(security);
        var token = Token.random();
        calendarTokens.replace(caller.user(), token);
        var url = uri.getBaseUriBuilder().path(PersonalCalendarResource.class).build(token.value());
        return Response.status(Response.Status.CREATED)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .entity(JSON.createObjectBuilder()
                        .add("token", token.value())
                        .add("url", url.toString())
                        .build())
                .build();
    }

    /** Revokes the token; does nothing if there is none. */
    @DELETE
    @Transactional
    public void revoke(@Context SecurityContext security) {
        calendarTokens.revoke(Caller.required(security).user());
    }
}
