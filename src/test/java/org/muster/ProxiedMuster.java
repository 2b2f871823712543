package org.muster;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/**
 * A Muster that trusts the proxies at 127.0.0.1, which all tests of the run share. Clients that connect from another loopback address are
 * nobody special. Tests extended with {@link Shared} get it as a parameter.
 */
public final class ProxiedMuster implements AutoCloseable {
    /** The token for its metrics. */
    public static final String METRICS_TOKEN = "metrics-token.1";

    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private final Server server;

    private ProxiedMuster() {
        var variables = new HashMap<>(RunningMuster.patientEnvironment(database));
        variables.put("MUSTER_TRUSTED_PROXIES", "127.0.0.1, ::1");
        variables.put("MUSTER_METRICS_TOKEN", METRICS_TOKEN);
        server = Server.start(variables);
        server.awaitReady(Duration.ofMinutes(3));
    }

    /** Starts it for the first test that needs it. */
    public static final class Shared implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ProxiedMuster.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(Namespace.create(ProxiedMuster.class))
                    .getOrComputeIfAbsent(ProxiedMuster.class, type -> new ProxiedMuster(), ProxiedMuster.class);
        }
    }

    /** A client that is a trusted proxy. */
    public Client proxy() {
        return Client.anonymous(URI.create("http://127.0.0.1:" + server.base().getPort()));
    }

    public EmbeddedDatabase database() {
        return database;
    }

    public Server server() {
        return server;
    }

    @Override
    public void close() {
        server.close();
        database.close();
    }
}
