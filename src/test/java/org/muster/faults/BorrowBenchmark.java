package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.assertj.core.api.Assertions;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.database.Database;
import org.muster.lifecycle.Readiness;
import org.muster.run.EmbeddedDatabase;

/**
 * Measures the overhead of the connection layer: borrows from the server's pool with Muster, and from other pools of the same server
 * without Muster. Prints the times, and does not assert them.
 */
@ExtendWith(ArquillianExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BorrowBenchmark {
    private static final int ROUNDS = 7;
    private static final int BORROWS = 200_000;

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource muster;

    @Inject
    Readiness readiness;

    @Inject
    Database database;

    @Deployment
    static WebArchive deployment() throws IOException {
        var database = EmbeddedDatabase.temporary();
        Files.writeString(
                Path.of(System.getenv("MUSTER_ENV_FILE")),
                database.environment().entrySet().stream()
                        .map(variable -> variable.getKey() + "=" + variable.getValue())
                        .collect(Collectors.joining("\n")));
        var archive = ShrinkWrap.createFromZipFile(WebArchive.class, new File(System.getProperty("muster.war")));
        var resources = Files.readString(Path.of("src/main/webapp/WEB-INF/glassfish-resources.xml"));
        var validating = "is-connection-validation-required=\"true\" connection-validation-method=\"auto-commit\"";
        var pools = plain("plain", "", database.url(), database.user(), database.password())
                + plain("validating", validating, database.url(), database.user(), database.password());
        archive.delete("/WEB-INF/glassfish-resources.xml");
        return archive.addAsWebInfResource(
                        new StringAsset(resources.replace("</resources>", pools + "</resources>")),
                        "glassfish-resources.xml")
                .addAsLibrary(new File(Assertions.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()));
    }

    /** Declares a pool with the same limits and the driver's own data source. */
    private static String plain(String name, String validation, String url, String user, String password) {
        return """
                <jdbc-connection-pool name="java:app/%1$s-pool" %2$s res-type="javax.sql.DataSource"
                        datasource-classname="org.postgresql.ds.PGSimpleDataSource"
                        steady-pool-size="2" max-pool-size="10" pool-resize-quantity="1">
                    <property name="url" value="%3$s"/>
                    <property name="user" value="%4$s"/>
                    <property name="password" value="%5$s"/>
                </jdbc-connection-pool>
                <jdbc-resource jndi-name="java:app/jdbc/%1$s" pool-name="java:app/%1$s-pool"/>
                """.formatted(name, validation, url, user, password);
    }

    @Test
    @Order(1)
    void measure() throws Exception {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!readiness.now().ready() && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        DataSource plain = javax.naming.InitialContext.doLookup("java:app/jdbc/plain");
        var table = new StringBuilder();
        DataSource validating = javax.naming.InitialContext.doLookup("java:app/jdbc/validating");
        var best = new double[] {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
        for (var round = 0; round < ROUNDS; round++) {
            best[0] = Math.min(best[0], nanos(() -> plain.getConnection().close()));
            best[1] = Math.min(best[1], nanos(() -> validating.getConnection().close()));
            best[2] = Math.min(best[2], nanos(() -> muster.getConnection().close()));
            best[3] = Math.min(
                    best[3],
                    nanos(() -> database.pool().borrow(muster, true, true).close()));
        }
        table.append(String.format(
                Locale.ROOT,
                "C14: ns per borrow and return, best of %d rounds of %,d:%n"
                        + "  the server's pool with the driver's data source, no validation     %,8.0f%n"
                        + "  the same with the server's own cheapest validation (auto-commit)   %,8.0f%n"
                        + "  the server's pool with Muster's connections, really validated      %,8.0f%n"
                        + "  the same through Muster's acquire time-out and metrics             %,8.0f%n",
                ROUNDS,
                BORROWS,
                best[0],
                best[1],
                best[2],
                best[3]));
        Files.writeString(Path.of("target/borrow-benchmark.txt"), table);
    }

    @Test
    @Order(2)
    @RunAsClient
    void print() throws IOException {
        var figures = Files.readString(Path.of("target/borrow-benchmark.txt"));
        System.out.println();
        System.out.println(figures);
        assertThat(figures).contains("ns per borrow");
    }

    @FunctionalInterface
    private interface Borrow {
        void run() throws SQLException;
    }

    private static double nanos(Borrow borrow) throws SQLException {
        var since = System.nanoTime();
        for (var i = 0; i < BORROWS; i++) {
            borrow.run();
        }
        return (System.nanoTime() - since) / (double) BORROWS;
    }
}
