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

/** The activities that the caller has signed up for. */
@Path("me/activities")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class MyActivitiesResource {
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
            @QueryParam("from") String from,
            @QueryParam("to") String to,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri,
            @Context SecurityContext security) {
        var caller = Caller.required(security);
        var page = PageRequest.of(limit, cursor);
        var found = activities.list(
                caller.user(),
                QueryParameters.instant("from", from),
                QueryParameters.instant("to", to),
                page.after(Activities.Key::parse),
                page.fetchSize());
        return page.response(found, MyActivity::json, MyActivity::key, uri);
    }
}
