package org.muster.http;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/** The REST API. The server finds the resources by their annotations. */
@ApplicationPath("api/v1")
public class Api extends Application {
    @Override
    public Map<String, Object> getProperties() {
        // Jersey would answer OPTIONS with WADL otherwise.
        return Map.of("jersey.config.server.wadl.disableWadl", true);
    }
}
