package org.muster.users;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
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
import org.muster.http.ConsistentReads;
import org.muster.http.PageRequest;
import org.muster.http.Times;
import org.muster.problems.Problem;
import org.muster.proxies.ClientAddress;
import org.muster.users.SecurityLog.Event;

/** Lists and ends the caller's sessions: where they are signed in. A program cannot. */
@Path("me/sessions")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
@ConsistentReads
public class MySessionsResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Operators operators;

    @Inject
    SecurityLog log;

    private Sessions sessions;

    @PostConstruct
    void makeModels() {
        sessions = new Sessions(database.sql(pool));
    }

    @GET
    public Response list(
            @QueryParam("limit") String limit,
            @QueryParam("cursor") String cursor,
            @Context UriInfo uri,
            @Context SecurityContext security) {
        var caller = Caller.signedIn(security);
        var page = PageRequest.of(limit, cursor);
        var found = sessions.list(caller, page.after(UUID::fromString), page.fetchSize());
        return page.response(
                found,
                session -> JSON.createObjectBuilder()
                        .add("id", session.id().toString())
                        .add("current", session.current())
                        .add("createdAt", Times.utc(session.createdAt()))
                        .add("lastUsedAt", Times.utc(session.lastUsedAt()))
                        .add("expiresAt", Times.utc(session.expiresAt()))
                        .build(),
                session -> session.id().toString(),
                uri);
    }

    /** Ends all sessions, also the caller's own. */
    @DELETE
    @Transactional
    public Response endAll(@Context SecurityContext security, @Context HttpServletRequest request) {
        var caller = Caller.signedIn(security);
        sessions.end(caller, Optional.empty());
        operators.forget(caller.user());
        log.add(
                Event.SESSIONS_ENDED,
                Optional.of(caller.user()),
                ClientAddress.of(request).text());
        return SessionCookie.signedOut(security);
    }

    @DELETE
    @Path("{session}")
    @Transactional
    public void end(
            @PathParam("session") UUID session,
            @Context SecurityContext security,
            @Context HttpServletRequest request) {
        var caller = Caller.signedIn(security);
        if (sessions.end(caller, Optional.of(session)) == 0) {
            throw Problem.notFound("session");
        }
        operators.forget(caller.user());
        log.add(
                Event.SESSION_ENDED,
                Optional.of(caller.user()),
                ClientAddress.of(request).text());
    }
}
