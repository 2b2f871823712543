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
 * Gives Arquillian a Payara Server that was started as all others are, for its own way of starting one is not published
 * for Payara 6. Has no part in tests on other servers.
 */
public final class PayaraForArquillian implements LoadableExtension {
    private static final Duration START = Duration.ofSeconds(120);

    @Override
    public void register(ExtensionBuilder builder) {
        if (Distribution.wanted() instanceof PayaraServer) {
            builder.observer(Life.class);
        }
    }

    /** From the moment when Arquillian knows its containers until all tests are done. */
    public static final class Life {
        private Server server;

        public void start(@Observes ContainerRegistry registry) throws InterruptedException {
            var administration = Server.freePort();
            server = Server.emptyPayara(administration);
            var version = URI.create("http://localhost:" + administration + "/management/domain/version");
            var end = System.nanoTime() + START.toNanos();
            while (!answers(version)) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("Payara Server does not start (its log: " + server.log() + ")");
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
