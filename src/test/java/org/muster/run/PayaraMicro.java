package org.muster.run;

import java.nio.file.Path;
import java.util.List;

/** One file that holds the server. */
final class PayaraMicro implements Distribution {
    @Override
    public String title() {
        return "Payara Micro";
    }

    @Override
    public Path program() {
        return BuildDirectory.file("payara.micro.jar", "payara-micro.jar");
    }

    @Override
    public ProcessBuilder launch(Path war, int port, Path temporary) {
        return new ProcessBuilder(
                Distribution.java(),
                "-Djava.io.tmpdir=" + temporary,
                // A name that moves to another address is followed within seconds.
                "-Dsun.net.inetaddr.ttl=2",
                "-jar",
                program().toAbsolutePath().toString(),
                "--nocluster",
                "--disablephonehome",
                "--port",
                String.valueOf(port),
                "--deploy",
                war.toString());
    }

    @Override
    public boolean launched(List<String> arguments, int port) {
        return arguments.containsAll(List.of("--port", String.valueOf(port)))
                && arguments.stream().anyMatch(argument -> argument.endsWith("muster.war"));
    }
}
