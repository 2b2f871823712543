package org.muster.accounts;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.muster.json.EnumNames;
import org.muster.mail.Mailing;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;
import org.muster.users.Unauthenticated;

/** How this server is configured, as far as clients need to know before somebody signs in. */
@Path("server")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class ServerResource {
    @Inject
    Mailing mailing;

    @Inject
    RegistrationPolicy policy;

    private JsonObject facts;

    @PostConstruct
    void collect() {
        facts = JSON.createObjectBuilder()
                .add("registration", EnumNames.of(policy.mode()))
                .add("mail", mailing.enabled())
                .add(
                        "provider",
                        policy.providerName()
                                .<JsonValue>map(name -> JSON.createObjectBuilder()
                                        .add("name", name)
                                        .build())
                                .orElse(JsonValue.NULL))
                .add(
                        "offlineCopies",
                        SettingsReader.read(Environment.ofProcess()).offlineCopies())
                .build();
    }

    @GET
    @Unauthenticated
    public Response facts() {
        return Response.ok(facts)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=60")
                .build();
    }
}
