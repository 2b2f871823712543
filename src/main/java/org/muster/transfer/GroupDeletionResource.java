package org.muster.transfer;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.text.Normalizer;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.groups.Groups;
import org.muster.history.Audit;
import org.muster.http.ConditionalRequests;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.metrics.Metrics;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;
import org.muster.users.Caller;

/** Deletes a group, for its owners. */
@Path("groups")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class GroupDeletionResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Metrics metrics;

    private Audit audit;
    private GroupDeletions deletions;
    private Groups groups;
    private RateLimits limits;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        audit = new Audit(sql);
        deletions = new GroupDeletions(sql);
        groups = new Groups(sql);
        limits = new RateLimits(sql, metrics);
    }

    /** Deletes the group with all its data, also if it is archived. {@code name} confirms it: the group's name. */
    @DELETE
    @Path("{group}")
    @Transactional
    public void delete(
            @PathParam("group") UUID id,
            @QueryParam("name") String name,
            @Context HttpHeaders headers,
            @Context SecurityContext security) {
        var user = Caller.signedIn(security).user();
        groups.lock(id);
        var group = groups.access(id, user).requireOwner().group();
        ConditionalRequests.require(headers, group.version());
        if (name == null || !normalized(name).equals(normalized(group.settings().name()))) {
            throw Problem.of(ProblemType.INVALID_PARAMETER, "To confirm, send the group's name as 'name'.");
        }
        limits.use(RateLimit.GROUP_DELETIONS, user);
        deletions.delete(id, user);
        audit.ofGroup(id, user, "group.deleted");
    }

    private static String normalized(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC).strip();
    }
}
