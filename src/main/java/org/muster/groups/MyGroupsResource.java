package org.muster.groups;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.ConsistentReads;
import org.muster.http.PageRequest;
import org.muster.json.EnumNames;
import org.muster.users.Caller;

/** The groups that the caller is a member of or asked to join. */
@Path("me/groups")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class MyGroupsResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    private GroupLists groups;

    @PostConstruct
    void makeModels() {
        groups = new GroupLists(database.sql(pool));
    }

    @GET
    public Response list(
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri,
            @Context SecurityContext security) {
        var caller = Caller.required(security);
        var page = PageRequest.of(limit, cursor);
        var found = groups.ofUser(caller.user(), page.after(UUID::fromString), page.fetchSize());
        return page.response(
                found, MyGroupsResource::json, access -> access.group().id().toString(), uri);
    }

    /** Of a private group that the caller only asked to join, only the id and the name. */
    private static JsonObject json(GroupAccess access) {
        var group = access.visible()
                ? access.group().json()
                : JSON.createObjectBuilder()
                        .add("id", access.group().id().toString())
                        .add("name", access.group().settings().name())
                        .build();
        var membership = JSON.createObjectBuilder()
                .add("state", EnumNames.of(access.state().orElseThrow()));
        access.role().ifPresent(role -> membership.add("role", EnumNames.of(role)));
        return JSON.createObjectBuilder()
                .add("group", group)
                .add("membership", membership)
                .build();
    }
}
