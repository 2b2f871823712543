package org.muster.accounts;

import static org.muster.json.Provider.JSON;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.muster.json.EnumNames;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;
import org.muster.users.Unauthenticated;

/** What this server offers to people without an account, as configured. */
@Path("server")
@Produces(MediaType.APPLICATION_JSON)
@ApplicationScoped
public class ServerResource {
    private JsonObject facts;

    @PostConstruct
    void read() {
        var all = SettingsReader.read(Environment.ofProcess());
        var settings = all.accounts();
        facts = JSON.createObjectBuilder()
                .add("registration", EnumNames.of(settings.registration()))
                .add("mail", all.mail().isPresent())
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
