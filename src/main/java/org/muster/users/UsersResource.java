package org.muster.users;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import javax.sql.DataSource;
import org.muster.http.Input;
import org.muster.problems.Problem;
import org.muster.problems.ProblemType;

/** Opening an account. */
@Path("users")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class UsersResource {
    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Passwords passwords;

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(Input input, @Context UriInfo uri) {
        var wanted = NewUser.of(input);
        // Hashing takes a while, so it comes before there is a connection.
        var hash = passwords.hash(wanted.password());
        var user = new Users(pool)
                .create(wanted, hash)
                .orElseThrow(() -> Problem.of(
                        ProblemType.EMAIL_TAKEN, "Sign in with it, or open the account with another address."));
        return Response.created(uri.getBaseUriBuilder().path("me").build())
                .entity(user.json())
                .build();
    }
}
