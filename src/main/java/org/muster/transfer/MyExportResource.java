package org.muster.transfer;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.transaction.Transactional;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.http.DownloadFile;
import org.muster.http.RequestResources;
import org.muster.http.Times;
import org.muster.limits.ConcurrencyLimits;
import org.muster.users.Caller;
import org.muster.users.Operators;

/** Exports all data about the caller. */
@Path("me/export")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class MyExportResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    ConcurrencyLimits limits;

    @Inject
    Operators operators;

    private PersonalExport export;

    @PostConstruct
    void makeModels() {
        export = new PersonalExport(database.sql(pool));
    }

    /** Exports one snapshot of the data. */
    @GET
    @Transactional
    public Response export(@Context SecurityContext security, @Context HttpServletRequest request) {
        var caller = Caller.required(security);
        DownloadFile.takePlace(limits, request, caller.user());
        export.begin();
        var file = ExportFile.of(json -> {
            json.write("format", "muster-person");
            json.write("formatVersion", 1);
            json.write("exportedAt", Times.utc(Instant.now()));
            export.write(caller.user(), operators, json);
        });
        return RequestResources.closeAtEnd(request, file)
                .attachment("muster-account.json")
                .build();
    }
}
