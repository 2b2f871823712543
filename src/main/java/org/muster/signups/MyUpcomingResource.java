package org.muster.signups;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import javax.sql.DataSource;
import org.muster.activities.Activities;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.PageRequest;
import org.muster.http.QueryParameters;
import org.muster.users.Caller;

/** What is coming up in the groups of the caller. */
@Path("me/upcoming")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class MyUpcomingResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    private MyActivities activities;

    @PostConstruct
    void makeModels() {
        activities = new MyActivities(database.sql(pool));
    }

    @GET
    public Response list(
            @QueryParam("unanswered") String unanswered,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri,
            @Context SecurityContext security) {
        var caller = Caller.required(security);
        var page = PageRequest.of(limit, cursor);
        var found = activities.upcoming(
                caller.user(),
                QueryParameters.flag("unanswered", unanswered),
                page.after(Activities.Key::parse),
                page.fetchSize());
        return page.response(found, MyActivity::json, MyActivity::key, uri);
    }
}
