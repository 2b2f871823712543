package org.muster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/**
 * A JUnit extension with one server, on a real PostgreSQL, that all tests of the run share. Injects an anonymous {@link Client}, the
 * {@link EmbeddedDatabase}, the {@link Server}, and its address as a {@link URI}.
 */
public final class RunningMuster implements BeforeAllCallback, ParameterResolver {
    /** The address of an operator of the shared server, who has no account yet. */
    public static final String OPERATOR = "operator@example.org";

    @Override
    public void beforeAll(ExtensionContext context) {
        running(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == Client.class || type == EmbeddedDatabase.class || type == Server.class || type == URI.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        var running = running(context);
        if (type == EmbeddedDatabase.class) {
            return running.database;
        }
        if (type == Server.class) {
            return running.server;
        }
        return type == URI.class ? running.server.base() : Client.anonymous(running.server.base(), running.accounts);
    }

    /** Returns the address of the server. */
    public static URI base(ExtensionContext context) {
        return running(context).server.base();
    }

    /** Returns the variables for a server on this database. It does not read the developer's {@code .env}, and is ready before it is warm. */
    public static Map<String, String> environment(EmbeddedDatabase database) {
        var variables = new HashMap<>(database.environment());
        variables.put("MUSTER_ENV_FILE", emptyFile());
        variables.put("MUSTER_WARM_UP_MS", "0");
        return variables;
    }

    /** Returns these variables for a server that hashes many passwords: its code is compiled well, as in production. */
    public static Map<String, String> patientEnvironment(EmbeddedDatabase database) {
        var variables = environment(database);
        variables.put("JDK_JAVA_OPTIONS", "");
        return variables;
    }

    /** Returns an empty file, to be read in place of the developer's {@code .env}. */
    public static String emptyFile() {
        try {
            var file = Path.of(System.getProperty("project.build.directory"), "empty.env");
            return (Files.exists(file) ? file : Files.createFile(file)).toString();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Running running(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(RunningMuster.class))
                .getOrComputeIfAbsent(Running.class, type -> new Running(), Running.class);
    }

    private static final class Running implements AutoCloseable {
        private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
        private final Accounts accounts = new Accounts(database);
        private final Server server;

        Running() {
            var variables = new HashMap<>(patientEnvironment(database));
            variables.put("MUSTER_OPERATORS", OPERATOR);
            server = Server.start(variables);
            server.awaitReady(Duration.ofMinutes(3));
        }

        @Override
        public void close() {
            server.close();
            database.close();
        }
    }
}
