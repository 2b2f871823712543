package org.muster.feed;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.groups.Groups;
import org.muster.history.Audit;
import org.muster.http.ConsistentReads;
import org.muster.http.PageRequest;
import org.muster.http.Times;
import org.muster.users.DeferredAuthentication;
import org.muster.users.Requester;

/** The audit log of a group, for its owners. */
@Path("groups/{group}/audit")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class AuditResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    private Audit audit;
    private Groups groups;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        audit = new Audit(sql);
        groups = new Groups(sql);
    }

    /** The newest first. */
    @GET
    @DeferredAuthentication
    public Response list(
            @PathParam("group") UUID group,
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri,
            @Context SecurityContext security) {
        var requester = Requester.required(security);
        var page = PageRequest.of(limit, cursor);
        groups.access(group, requester).requireOwner();
        var entries = audit.list(group, page.after(Long::valueOf), page.fetchSize());
        return page.response(entries, AuditResource::json, entry -> String.valueOf(entry.number()), uri);
    }

    private static JsonObject json(Audit.Entry entry) {
        return JSON.createObjectBuilder()
                .add("id", String.valueOf(entry.number()))
                .add("actorId", entry.actor().toString())
                .add("action", entry.action())
                .add("userId", id(entry.user()))
                .add("activityId", id(entry.activity()))
                .add("reason", entry.reason())
                .add("at", Times.utc(entry.at()))
                .build();
    }

    private static JsonValue id(Optional<UUID> id) {
        return id.<JsonValue>map(any -> JSON.createValue(any.toString())).orElse(JsonValue.NULL);
    }
}
