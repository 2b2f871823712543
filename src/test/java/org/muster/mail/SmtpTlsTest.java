package org.muster.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Installed;
import org.muster.connections.Certificates;

/** Mail over TLS to a real mail server. */
@TestInstance(Lifecycle.PER_CLASS)
class SmtpTlsTest {
    private static final String PASSWORD = "changeit";

    private EximServer server;
    private EximServer elsewhere;
    private List<String> trusting;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        Installed.require(Files.isExecutable(EximServer.PROGRAM), "exim4 is not installed");
        var certificates = new Certificates(directory, "authority");
        certificates.server("here", "localhost");
        certificates.server("elsewhere", "mail.example.org");
        server = new EximServer(Files.createDirectory(directory.resolve("1")), directory.resolve("here"));
        elsewhere = new EximServer(Files.createDirectory(directory.resolve("2")), directory.resolve("elsewhere"));
        trusting = List.of(
                "-Djavax.net.ssl.trustStore=" + trustStore(directory, certificates.certificate()),
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    private static Path trustStore(Path directory, Path certificate) throws Exception {
        var file = directory.resolve("trusted.p12");
        try (var authority = Files.newInputStream(certificate);
                var written = Files.newOutputStream(file)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(authority));
            store.store(written, PASSWORD.toCharArray());
        }
        return file;
    }

    @AfterAll
    void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        if (elsewhere != null) {
            elsewhere.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"STARTTLS", "TLS"})
    void mailIsSentEncrypted(String tls) throws Exception {
        assertThat(send(trusting, port(server, tls), tls, false)).isEqualTo("sent");

        await("the log", Duration.ofSeconds(10), () -> server.log().contains("<= muster@example.org"));
        assertThat(received(server)).allMatch(line -> line.contains(" P=esmtps ") && line.contains(" X=TLS1."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"STARTTLS", "TLS"})
    void aCertificateOfAnotherHostIsRefused(String tls) throws Exception {
        assertThat(send(trusting, port(elsewhere, tls), tls, true)).isEqualTo("tls-failed");

        assertThat(received(elsewhere)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"STARTTLS", "TLS"})
    void aCertificateThatNobodyKnowsIsRefused(String tls) throws Exception {
        var before = received(server);

        assertThat(send(List.of(), port(server, tls), tls, true)).isEqualTo("tls-failed");

        assertThat(received(server)).isEqualTo(before);
    }

    @Test
    void aServerThatDoesNotEncryptGetsNeitherMailNorPassword() throws Exception {
        assertThat(send(trusting, server.clear, "STARTTLS", true)).isEqualTo("tls-failed");

        // It logs the commands of whoever sends no mail.
        await(
                "the log",
                Duration.ofSeconds(10),
                () -> server.log()
                        .lines()
                        .anyMatch(line -> line.matches(".* no MAIL in SMTP connection .* C=EHLO(,QUIT)?")));
        assertThat(server.log()).doesNotContain("AUTH");
    }

    /** What the server has logged of the mail that it has got. */
    private static List<String> received(EximServer server) {
        return server.log().lines().filter(line -> line.contains(" <= ")).toList();
    }

    private static int port(EximServer server, String tls) {
        return tls.equals("TLS") ? server.tls : server.startTls;
    }

    /** Sends a mail in another JVM, and returns what came of it. */
    private static String send(List<String> options, int port, String tls, boolean login) throws Exception {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), SendOne.class.getName()));
        command.addAll(List.of("localhost", String.valueOf(port), tls, String.valueOf(login)));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return printed.lines().reduce((first, second) -> second).orElse("");
    }
}
