package org.muster.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Open Liberty, unpacked by Maven. Each server gets its own configuration, from {@code server-config/openliberty}. */
final class OpenLiberty implements Distribution {
    private static final String SERVER = "muster";
    /** The additional configuration for tests that deploy a WAR with Arquillian. */
    private static final String FOR_ARQUILLIAN = """
            <server>
                <featureManager>
                    <feature>localConnector-1.0</feature>
                </featureManager>
                <applicationMonitor updateTrigger="polled" pollingRate="500ms"/>
                <!-- The file does not exist; the id gives the deployed WAR its name. -->
                <webApplication id="muster" name="none"/>
            </server>
            """;

    private final Path home = Distribution.home();

    /** Makes the server that Arquillian starts. */
    @Override
    public void configure() throws IOException {
        var users = BuildDirectory.path().resolve("liberty-for-arquillian");
        BuildDirectory.delete(users);
        // The name must be unique: Arquillian does not start a server if another of the same name runs.
        var server = configured(users, "arquillian");
        var overrides = Files.createDirectories(server.resolve("configDropins/overrides"));
        Files.writeString(overrides.resolve("arquillian.xml"), FOR_ARQUILLIAN);
    }

    @Override
    public String title() {
        return "Open Liberty";
    }

    @Override
    public String firstStatement() {
        return "SHOW TRANSACTION ISOLATION LEVEL";
    }

    @Override
    public boolean tellsWhatHasArrived() {
        return false;
    }

    @Override
    public Path program() {
        return home.resolve("bin/tools/ws-server.jar");
    }

    @Override
    public ProcessBuilder launch(Path war, int port, Path temporary) throws IOException {
        var applications = Files.createDirectories(configured(temporary, SERVER).resolve("apps"));
        Files.copy(war, applications.resolve("muster.war"));
        // The same as bin/server does.
        var modules = Distribution.javaVersion() < 24 ? "java9.options" : "java24.options";
        var builder = new ProcessBuilder(
                Distribution.java(),
                "@" + home.resolve("lib/platform/java").resolve(modules),
                "@" + BuildDirectory.serverConfiguration("openliberty").resolve("jvm.options"),
                "-Djava.io.tmpdir=" + temporary,
                "-Djava.awt.headless=true",
                "-javaagent:" + home.resolve("bin/tools/ws-javaagent.jar"),
                "-jar",
                program().toString(),
                SERVER);
        builder.environment().put("WLP_USER_DIR", temporary.toString());
        builder.environment().put("HTTP_PORT", String.valueOf(port));
        return builder;
    }

    /** The pool checks for idle connections every five seconds. */
    @Override
    public Duration effectiveIdleTimeout(Duration configured) {
        return configured.plusSeconds(5);
    }

    /** Creates a server of this name, and returns its directory. */
    private static Path configured(Path users, String name) throws IOException {
        var server = Files.createDirectories(users.resolve("servers").resolve(name));
        Files.copy(
                BuildDirectory.serverConfiguration("openliberty").resolve("server.xml"), server.resolve("server.xml"));
        var connector = BuildDirectory.war().toAbsolutePath().resolveSibling("muster-connector.jar");
        Files.copy(connector, server.resolve(connector.getFileName()));
        return server;
    }
}
