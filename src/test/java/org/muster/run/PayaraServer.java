package org.muster.run;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Payara Server, unpacked by Maven. A domain is configured with the files in {@code server-config/payara}, as an operator would do
 * it. Each server runs on a copy of that domain.
 */
final class PayaraServer implements Distribution {
    private static final String DOMAIN = "domain1";
    private static final String LISTENER =
            "set configs.config.server-config.network-config.network-listeners.network-listener.%s.port=%d%n";
    private static final String MAIN = "com.sun.enterprise.glassfish.bootstrap.ASMain";

    private final Path home = Distribution.home();
    private final Path domains = home.resolveSibling("payara-domains");
    private final Path command = domains.resolve("command");

    @Override
    public String title() {
        return "Payara Server";
    }

    @Override
    public String firstStatement() {
        return "typlen";
    }

    @Override
    public Path program() {
        return command;
    }

    @Override
    public ProcessBuilder launch(Path war, int port, Path temporary) throws IOException {
        return launch(Optional.of(war), port, Server.freePort(), temporary);
    }

    /**
     * Returns the command that starts a server.
     *
     * @param war the application to deploy; empty for none
     * @param administration the port of the administration interface
     */
    ProcessBuilder launch(Optional<Path> war, int port, int administration, Path temporary) throws IOException {
        BuildDirectory.copy(domains.resolve(DOMAIN), temporary.resolve(DOMAIN));
        var preboot = Files.writeString(temporary.resolve("preboot"), ports(port, administration));
        var postboot = Files.writeString(
                temporary.resolve("postboot"),
                war.map("deploy --name muster %s%n"::formatted).orElse(""));
        var start = new ArrayList<String>();
        start.add(Distribution.java());
        start.add("-Djava.io.tmpdir=" + temporary);
        for (var argument : Files.readAllLines(command)) {
            start.add(argument.replace(domains.toString(), temporary.toString()));
            if (argument.equals(MAIN)) {
                start.addAll(List.of(
                        "-prebootcommandfile", preboot.toString(), "-postbootcommandfile", postboot.toString()));
            }
        }
        // Payara reads passwords from standard input; there are none.
        return new ProcessBuilder(start).redirectInput(new File("/dev/null"));
    }

    /** Makes the domain that the servers copy. */
    @Override
    public void configure() throws IOException, InterruptedException {
        BuildDirectory.delete(domains);
        BuildDirectory.copy(home.resolve("glassfish/domains").resolve(DOMAIN), domains.resolve(DOMAIN));
        // asadmin requires the administration port to be free, before a command can change it.
        var domain = domains.resolve(DOMAIN).resolve("config/domain.xml");
        Files.writeString(domain, Files.readString(domain).replace("\"4848\"", "\"" + Server.freePort() + "\""));
        var configuration = BuildDirectory.serverConfiguration("payara");
        var preboot = domains.resolve("preboot");
        Files.copy(configuration.resolve("server-preboot.asadmin"), preboot);
        Files.writeString(preboot, ports(Server.freePort(), Server.freePort()), StandardOpenOption.APPEND);
        var log = BuildDirectory.runFile("payara-server-configuration.log");
        asadmin(
                log,
                "start-domain",
                "--prebootcommandfile",
                preboot.toString(),
                "--postbootcommandfile",
                configuration.resolve("server-postboot.asadmin").toString());
        asadmin(log, "stop-domain");
        var shown = domains.resolve("shown");
        asadmin(shown, "start-domain", "--dry-run");
        // The output is a heading, the path of the JVM, its arguments, an empty line, and the result.
        Files.write(
                command,
                Files.readAllLines(shown).stream()
                        .skip(2)
                        .takeWhile(line -> !line.isEmpty())
                        .toList());
    }

    private void asadmin(Path output, String subcommand, String... options) throws IOException, InterruptedException {
        var line = new ArrayList<>(List.of(
                Distribution.java(),
                "-jar",
                home.resolve("glassfish/lib/client/appserver-cli.jar").toString(),
                subcommand));
        line.addAll(List.of(options));
        line.addAll(List.of("--domaindir", domains.toString(), DOMAIN));
        var asadmin = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        if (asadmin.start().waitFor() != 0) {
            throw CannotRunException.notConfigured(title(), output);
        }
    }

    private static String ports(int http, int administration) {
        return LISTENER.formatted("http-listener-1", http) + LISTENER.formatted("admin-listener", administration);
    }
}
