package org.muster.transfer;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.groups.Groups;
import org.muster.http.DownloadFile;
import org.muster.http.RequestResources;
import org.muster.http.Times;
import org.muster.limits.ConcurrencyLimits;
import org.muster.users.Caller;

/** Exports a group, for its owners. */
@Path("groups/{group}/export")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class GroupExportResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    ConcurrencyLimits limits;

    private GroupExport export;
    private Groups groups;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        export = new GroupExport(sql);
        groups = new Groups(sql);
    }

    /** Exports one snapshot of the group, also if it is archived. */
    @GET
    @Transactional
    public Response export(
            @PathParam("group") UUID id, @Context SecurityContext security, @Context HttpServletRequest request) {
        var caller = Caller.required(security);
        DownloadFile.takePlace(limits, request, caller.user());
        export.begin();
        var group = groups.access(id, caller.user()).requireOwner().group();
        var file = ExportFile.of(json -> {
            json.write("format", GroupDocument.FORMAT);
            json.write("formatVersion", GroupDocument.VERSION);
            json.write("exportedAt", Times.utc(Instant.now()));
            json.write("group", group.json());
            export.write(id, json);
        });
        return RequestResources.closeAtEnd(request, file)
                .attachment(group.settings().slug() + ".json")
                .build();
    }
}
