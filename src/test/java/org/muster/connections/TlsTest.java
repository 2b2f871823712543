package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.muster.Await.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.muster.connector.PhysicalDataSource;
import org.muster.connector.Registry;
import org.muster.credentials.CredentialsManager;
import org.muster.run.EmbeddedDatabase;
import org.muster.settings.Environment;
import org.muster.settings.SettingsReader;

/** TLS connections to real servers, from a thread without a context class loader, like those of a server's pool. */
class TlsTest {
    @TempDir
    static Path directory;

    private static Certificates ours;
    private static Certificates others;
    private static EmbeddedDatabase localhost;
    private static EmbeddedDatabase elsewhere;
    private static EmbeddedDatabase plain;

    private final ClassLoader loader = Thread.currentThread().getContextClassLoader();

    @BeforeAll
    static void start() {
        ours = new Certificates(directory, "ours");
        others = new Certificates(directory, "others");
        localhost = withTls(ours.server("here", "localhost"));
        elsewhere = withTls(ours.server("there", "elsewhere.example"));
        plain = EmbeddedDatabase.temporary();
    }

    @AfterAll
    static void stop() {
        localhost.close();
        elsewhere.close();
        plain.close();
    }

    @BeforeEach
    void withoutClassLoader() {
        Thread.currentThread().setContextClassLoader(null);
    }

    @AfterEach
    void restore() {
        Thread.currentThread().setContextClassLoader(loader);
        Registry.unregister(Registry.PRIMARY);
    }

    @Test
    void verifyFullAcceptsATrustedAuthorityAndTheHostName() throws Exception {
        assertThat(encrypted(localhost, "true", ours)).isTrue();
    }

    @Test
    void verifyFullRefusesAnUntrustedAuthority() {
        assertThatThrownBy(() -> encrypted(localhost, "true", others))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("SSL error");
    }

    @Test
    void verifyFullTrustsTheAuthoritiesOfTheJvmByDefault() {
        assertThatThrownBy(() -> encrypted(localhost, "true", null)).isInstanceOf(SQLException.class);
    }

    @Test
    void verifyFullRefusesAnotherHostName() {
        assertThatThrownBy(() -> encrypted(elsewhere, "true", ours))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("localhost");
    }

    @Test
    void verifyFullRefusesAServerWithoutTls() {
        assertThatThrownBy(() -> encrypted(plain, "true", ours))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("SSL");
    }

    @Test
    void requireEncryptsWithoutVerification() throws Exception {
        assertThat(encrypted(localhost, "require", null)).isTrue();
        assertThat(encrypted(elsewhere, "require", others)).isTrue();
    }

    @Test
    void requireRefusesAServerWithoutTls() {
        assertThatThrownBy(() -> encrypted(plain, "require", null)).isInstanceOf(SQLException.class);
    }

    @Test
    void withoutTlsNothingIsEncrypted() throws Exception {
        assertThat(encrypted(localhost, "false", null)).isFalse();
        assertThat(encrypted(plain, "false", null)).isFalse();
    }

    @Test
    void directTlsBeginsWithoutAQuestion() throws Exception {
        var direct = Map.of("DB_SSL_NEGOTIATION", "direct");
        assertThat(encrypted(localhost, "true", ours, direct)).isTrue();

        try (var listener = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            var first = CompletableFuture.supplyAsync(() -> firstOctet(listener));
            var elsewhere = new HashMap<>(direct);
            elsewhere.put("DB_PORT", String.valueOf(listener.getLocalPort()));
            assertThatThrownBy(() -> encrypted(localhost, "true", ours, elsewhere))
                    .isInstanceOf(SQLException.class);
            // A TLS handshake.
            assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo(0x16);
        }
    }

    private static int firstOctet(ServerSocket listener) {
        try (var client = listener.accept()) {
            return client.getInputStream().read();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Test
    void aLoginIsBoundToTheConnectionIfThatIsRequired() throws Exception {
        var required = Map.of("DB_CHANNEL_BINDING", "require");

        assertThat(encrypted(localhost, "true", ours, required)).isTrue();
        assertThatThrownBy(() -> encrypted(plain, "false", null, required))
                .hasMessageContaining("DB_CHANNEL_BINDING=require needs DB_SSL=true");
    }

    @Test
    void noPasswordIsSentInClearTextToAServerThatHasNotProvedWhoItIs() throws Exception {
        var rules = plain.data().resolve("pg_hba.conf");
        var before = Files.readString(rules);
        Files.writeString(rules, "host all postgres all trust\nhost all all all password\n");
        plain.execute("SELECT pg_reload_conf()");
        try {
            await(
                    "the refusal",
                    Duration.ofSeconds(10),
                    () -> catchThrowable(() -> encrypted(plain, "false", null)) instanceof SQLException refused
                            && Condition.ofLogin(refused.getSQLState(), refused.getMessage())
                                    == Condition.METHOD_REFUSED);
            assertThat(encrypted(plain, "false", null, Map.of("DB_REQUIRE_AUTH", "password")))
                    .isFalse();
        } finally {
            Files.writeString(rules, before);
            plain.execute("SELECT pg_reload_conf()");
        }
    }

    private static EmbeddedDatabase withTls(Path certificate) {
        return EmbeddedDatabase.temporary(Map.of(
                "ssl", "on",
                "ssl_cert_file", certificate.toString(),
                "ssl_key_file", certificate.toString().replace(".crt", ".key")));
    }

    private static boolean encrypted(EmbeddedDatabase database, String ssl, Certificates trusted) throws Exception {
        return encrypted(database, ssl, trusted, Map.of());
    }

    private static boolean encrypted(
            EmbeddedDatabase database, String ssl, Certificates trusted, Map<String, String> others) throws Exception {
        var variables = new HashMap<>(database.environment());
        variables.putAll(others);
        variables.put("DB_SSL", ssl);
        if (trusted != null) {
            variables.put("DB_SSL_ROOT_CERT", trusted.certificate().toString());
        }
        var settings = SettingsReader.read(Environment.of(variables, directory));
        var credentials = new CredentialsManager(settings);
        credentials.load();
        Registry.register(
                Registry.PRIMARY,
                new ConnectionFactory(settings, Servers.primary(), credentials, new CircuitBreaker()));
        try (var connection = new PhysicalDataSource().getConnection();
                var row = connection
                        .createStatement()
                        .executeQuery("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
