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

/** What this server offers to people without an account, as configured. */
@Path("server")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class ServerResource {
    @Inject
    Mailing mailing;

    private JsonObject facts;

    @PostConstruct
    void read() {
        var settings = SettingsReader.read(Environment.ofProcess()).accounts();
        facts = JSON.createObjectBuilder()
                .add("registration", EnumNames.of(settings.registration()))
                .add("mail", mailing.enabled())
                .add(
                        "provider",
                        settings.provider()
                                .<JsonValue>map(provider -> JSON.createObjectBuilder()
                                        .add("name", provider.name())
                                        .build())
                                .orElse(JsonValue.NULL))
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
