package org.muster.run;

import java.nio.file.Path;

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
}
