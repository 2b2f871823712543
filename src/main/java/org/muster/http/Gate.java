package org.muster.http;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import org.muster.database.DatabaseState;
import org.muster.problems.Problem;

/** Lets requests in when the database is ready. */
@Provider
@PreMatching
public class Gate implements ContainerRequestFilter {
    @Inject
    DatabaseState database;

    @Override
    public void filter(ContainerRequestContext request) {
        var now = database.now();
        if (!now.ready()) {
            throw database.stopping() ? Problem.stopping() : Problem.unavailable(database.cause());
        }
    }
}
