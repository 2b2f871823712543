package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.muster.credentials.CredentialsManager;
import org.muster.settings.Hosts.Host;

/** Opens connections where the first of two hosts accepts them, and never answers. */
class SilentHostTest extends PhysicalConnectionTestBase {
    private ServerSocket silent;
    private String hosts;

    @BeforeEach
    void listen() throws IOException {
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        // What was opened to it is there.
        silent.setSoTimeout(1);
        hosts = silent.getInetAddress().getHostAddress() + ":" + silent.getLocalPort() + "," + database.host() + ":"
                + database.port();
    }

    @AfterEach
    void close() throws IOException {
        silent.close();
    }

    @Test
    void theOtherIsReachedWithinTheAcquireTimeout() throws Exception {
        register(Map.of("DB_HOST", hosts, "DB_ACQUIRE_TIMEOUT_MS", "2000"));

        connector.getConnection().close();

        silent.accept().close();
    }

    @Test
    void theOtherIsReachedWithoutThePooler() throws Exception {
        var factory =
                register(Map.of("DB_POOLER", "transaction", "DB_DIRECT_HOST", hosts, "DB_CONNECT_TIMEOUT_MS", "2000"));

        factory.unpooled().open("muster").close();

        silent.accept().close();
    }

    @Test
    void theOtherIsReachedAmongTheReplicas() throws Exception {
        var settings = settings(Map.of("DB_CONNECT_TIMEOUT_MS", "2000"));
        var replicas = Servers.replicas(hosts, any -> true);
        // Or it might be the first.
        replicas.failed(new Host(database.host(), database.port()), new SQLException("silent", "08001"));
        try (var credentials = new CredentialsManager(settings)) {
            credentials.load();

            new ConnectionFactory(settings, replicas, credentials, breaker)
                    .call()
                    .close();
        }

        silent.accept().close();
    }

    @Test
    void theOtherIsTheFirstFromThenOn() throws Exception {
        register(Map.of("DB_HOST", hosts));
        connector.getConnection().close();
        silent.accept().close();

        connector.getConnection().close();

        assertThatThrownBy(silent::accept).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void ofThePrimarysHostsThoseThatHaveFailedAreTheLastUntilTheyAreOpened() throws Exception {
        var settings = settings(Map.of("DB_HOST", "a,b,c"));
        var servers = Servers.primary();
        try (var credentials = new CredentialsManager(settings)) {
            var login = credentials.load();
            var all = login.hosts().all();
            servers.failed(all.get(0), new SQLException("silent", "08001"));
            servers.failed(all.get(1), new SQLException(Servers.STANDBY, "08001"));

            assertThat(servers.candidates(login)).containsExactly(all.get(1), all.get(2), all.get(0));

            servers.opened(all.get(0));
            assertThat(servers.candidates(login)).containsExactlyElementsOf(all);
        }
    }
}
