package org.muster.http;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** The REST API. Resources are found by their annotations. */
@ApplicationPath("api/v1")
public class Api extends Application {
    @Override
    public Map<String, Object> getProperties() {
        // Else Jersey answers OPTIONS with a description that is not OpenAPI.
        return Map.of("jersey.config.server.wadl.disableWadl", true);
    }
}
