package org.muster.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** WildFly, unpacked by Maven and configured with {@code server-config/wildfly/muster.cli}, as an operator would do it. */
final class WildFly implements Distribution {
    /** The JVM options of {@code bin/common.sh} and {@code bin/standalone.conf}. */
    private static final List<String> JVM_OPTIONS = List.of(
            "-Xms64m",
            "-Xmx512m",
            "-XX:MetaspaceSize=96M",
            "-XX:MaxMetaspaceSize=256m",
            "--add-exports=java.naming/com.sun.jndi.ldap=ALL-UNNAMED",
            "--add-exports=java.naming/com.sun.jndi.url.ldap=ALL-UNNAMED",
            "--add-exports=java.naming/com.sun.jndi.url.ldaps=ALL-UNNAMED",
            "--add-exports=jdk.naming.dns/com.sun.jndi.dns=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.invoke=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.io=ALL-UNNAMED",
            "--add-opens=java.base/java.net=ALL-UNNAMED",
            "--add-opens=java.base/java.security=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
            "--add-opens=java.management/javax.management=ALL-UNNAMED",
            "--add-opens=java.naming/javax.naming=ALL-UNNAMED");

    private final Path home = Distribution.home();

    @Override
    public String title() {
        return "WildFly";
    }

    @Override
    public String firstStatement() {
        return "SHOW TRANSACTION ISOLATION LEVEL";
    }

    @Override
    public Path program() {
        return home.resolve("jboss-modules.jar");
    }

    @Override
    public ProcessBuilder launch(Path war, int port, Path temporary) throws IOException {
        var base = temporary.resolve("standalone");
        BuildDirectory.copy(configuration(), base.resolve("configuration"));
        var deployments = Files.createDirectories(base.resolve("deployments"));
        Files.copy(war, deployments.resolve("muster.war"));
        var command = new ArrayList<String>();
        command.add(Distribution.java());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of(
                "-Djava.io.tmpdir=" + temporary,
                "-XX:+UseParallelGC",
                "-XX:-ShrinkHeapInSteps",
                "-XX:MinHeapFreeRatio=5",
                "-XX:MaxHeapFreeRatio=10",
                "-XX:TrimNativeHeapInterval=5000",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dsun.net.inetaddr.ttl=2",
                "-Djboss.home.dir=" + home,
                "-Djboss.server.base.dir=" + base,
                "-Djboss.http.port=" + port,
                "-Djboss.management.http.port=" + Server.freePort(),
                "-Dorg.jboss.boot.log.file=" + base.resolve("log/server.log"),
                "-Dlogging.configuration="
                        + base.resolve("configuration/logging.properties").toUri(),
                "-jar",
                program().toString(),
                "-mp",
                home.resolve("modules").toString(),
                "org.jboss.as.standalone"));
        return new ProcessBuilder(command);
    }

    /** {@code muster.cli} sets one minute: the timeout is in whole minutes. */
    @Override
    public Duration effectiveIdleTimeout(Duration configured) {
        return Duration.ofMinutes(1);
    }

    private Path configuration() {
        return home.resolve("standalone/configuration");
    }

    /** Runs the script on the original configuration, so that it can be run again. */
    @Override
    public void configure() throws IOException, InterruptedException {
        var original = home.resolve("standalone/configuration.original");
        if (Files.notExists(original)) {
            BuildDirectory.copy(configuration(), original);
        }
        BuildDirectory.delete(configuration());
        BuildDirectory.copy(original, configuration());
        BuildDirectory.delete(home.resolve("modules/org/muster"));
        var script = BuildDirectory.serverConfiguration("wildfly").resolve("muster.cli");
        var log = BuildDirectory.runFile("wildfly-configuration.log");
        var command = new ProcessBuilder(
                        Distribution.java(),
                        "-jar",
                        program().toString(),
                        "-mp",
                        home.resolve("modules").toString(),
                        "org.jboss.as.cli",
                        "--file=" + script)
                .directory(BuildDirectory.path().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        command.environment().put("JBOSS_HOME", home.toString());
        if (command.start().waitFor() != 0) {
            throw CannotRunException.notConfigured(title(), log);
        }
    }
}
