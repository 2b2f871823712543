package org.muster.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Payara Micro, a server in one jar, with the options in {@code server-config/payara}. */
final class PayaraMicro implements Distribution {
    @Override
    public String title() {
        return "Payara Micro";
    }

    @Override
    public String firstStatement() {
        return "typlen";
    }

    @Override
    public Path program() {
        return Distribution.home().resolve("payara-micro.jar");
    }

    @Override
    public ProcessBuilder launch(Path war, int port, Path temporary) {
        var configuration = BuildDirectory.serverConfiguration("payara");
        return new ProcessBuilder(
                Distribution.java(),
                "@" + configuration.resolve("micro.options"),
                "-Djava.io.tmpdir=" + temporary,
                "-jar",
                program().toString(),
                "--nohazelcast",
                "--disablephonehome",
                "--prebootcommandfile",
                configuration.resolve("micro-preboot.asadmin").toString(),
                "--port",
                String.valueOf(port),
                "--deploy",
                war.toString());
    }

    @Override
    public ProcessBuilder launchForDeveloper(Path war, int port, Path temporary) throws IOException {
        return Files.exists(BuildDirectory.path().resolve("payara-cache/made-for"))
                ? script("--port", String.valueOf(port))
                : launch(war, port, temporary);
    }

    @Override
    public void makeCache(Map<String, String> environment) throws IOException, InterruptedException {
        var script = script("make-cache");
        script.environment().putAll(environment);
        if (script.inheritIO().start().waitFor() != 0) {
            throw CannotRunException.noCache();
        }
    }

    /** Returns the command that runs {@code payara-micro.sh} in the build directory, installed as an operator would do it. */
    private static ProcessBuilder script(String... arguments) throws IOException {
        var directory = BuildDirectory.path().toAbsolutePath();
        for (var file : List.of("payara-micro.sh", "micro.options", "micro-preboot.asadmin")) {
            Files.copy(
                    BuildDirectory.serverConfiguration("payara").resolve(file),
                    directory.resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        var command = new ArrayList<>(
                List.of("sh", directory.resolve("payara-micro.sh").toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("CACHE_DIRECTORY", directory.toString());
        builder.environment().put("JAVA_HOME", Distribution.javaHome().toString());
        return builder;
    }
}
