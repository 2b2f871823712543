package org.muster.run;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jboss.arquillian.container.spi.ContainerRegistry;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.arquillian.test.spi.event.suite.AfterSuite;

/**
 * Starts a Payara Server for Arquillian, because Arquillian's own managed container is not available for Payara 6. Inactive on
 * other servers.
 */
public final class PayaraServerExtension implements LoadableExtension {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(120);

    @Override
    public void register(ExtensionBuilder builder) {
        if (Distribution.selected() instanceof PayaraServer) {
            builder.observer(Lifecycle.class);
        }
    }

    /** Runs the server from the time that Arquillian has read its configuration until the end of the tests. */
    public static final class Lifecycle {
        private Server server;

        public void start(@Observes ContainerRegistry registry) throws InterruptedException {
            var administration = Server.freePort();
            server = Server.emptyPayara(administration);
            var version = URI.create("http://localhost:" + administration + "/management/domain/version");
            var end = System.nanoTime() + START_TIMEOUT.toNanos();
            while (!answers(version)) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("Payara Server does not start (log: " + server.log() + ")");
                }
                Thread.sleep(250);
            }
            registry.getContainer("payara-server")
                    .getContainerConfiguration()
                    .overrideProperty("adminPort", String.valueOf(administration));
        }

        public void stop(@Observes AfterSuite event) {
            server.close();
        }

        private static boolean answers(URI address) throws InterruptedException {
            try {
                return HttpClient.newHttpClient()
                                .send(
                                        HttpRequest.newBuilder(address)
                                                .timeout(Duration.ofSeconds(10))
                                                .build(),
                                        BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException notYet) {
                return false;
            }
        }
    }
}
