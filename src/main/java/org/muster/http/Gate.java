package org.muster.http;

import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.ext.Provider;
import org.muster.database.DatabaseState;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** Lets requests in when the database is ready, and their bodies are not too large. */
@Provider
@PreMatching
public class Gate implements ContainerRequestFilter {
    @Inject
    DatabaseState database;

    @Override
    public void filter(ContainerRequestContext request) {
        if (!database.now().ready()) {
            throw Problem.unavailable();
        }
        if (request.getLength() > InputReader.LIMIT) {
            throw Problem.of(ProblemType.CONTENT_TOO_LARGE, "The body may have 1 MiB at most.");
        }
    }
}
