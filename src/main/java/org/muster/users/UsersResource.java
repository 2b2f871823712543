package org.muster.users;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.muster.http.JsonInput;

/** Creates accounts. */
@Path("users")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class UsersResource {
    @Inject
    Passwords passwords;

    @Inject
    Registration registration;

    @POST
    @Unauthenticated
    @Consumes(MediaType.APPLICATION_JSON)
    public Response create(JsonInput input, @Context UriInfo uri) {
        var wanted = NewUser.of(input);
        // Hashing takes long; it happens before there is a connection to the database.
        var hash = passwords.hash(wanted.password());
        return registration.open(
                wanted, hash, uri.getBaseUriBuilder().path("me").build());
    }
}
