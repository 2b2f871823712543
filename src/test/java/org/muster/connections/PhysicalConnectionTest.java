package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PhysicalConnectionTest extends PhysicalConnectionTestBase {
    @Test
    void aTerminatedBackendIsDetectedBeforeUse() throws Exception {
        register(Map.of());

        try (var alive = connector.getConnection();
                var killed = connector.getConnection()) {
            assertThat(killed.isValid(0)).isTrue();
            terminate(killed);

            assertThat(killed.isValid(0)).isFalse();
            assertThat(alive.isValid(0)).isTrue();
        }
    }

    @Test
    void aForgottenTransactionIsRolledBackAndCounted() throws Exception {
        var factory = register(Map.of());
        var slug = UUID.randomUUID().toString();

        try (var connection = connector.getConnection()) {
            connection.setAutoCommit(false);
            text(
                    connection,
                    "INSERT INTO group_directory (slug, group_id) VALUES ('" + slug
                            + "', gen_random_uuid()) RETURNING slug");
            connection.setAutoCommit(true);

            assertThat(text(connection, "SELECT count(*) FROM group_directory WHERE slug = '" + slug + "'"))
                    .isEqualTo("0");
        }
        assertThat(factory.statistics().forgottenTransactions()).isEqualTo(1);
    }

    @Test
    void sessionSettingsAreResetBeforeTheNextBorrower() throws Exception {
        register(Map.of());

        try (var connection = connector.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setReadOnly(true);
            connection.setSchema("pg_catalog");
            connection.setAutoCommit(false);
            text(connection, "SELECT 1");

            assertThat(connection.isValid(0)).isTrue();

            connection.setAutoCommit(true);
            assertThat(connection.isReadOnly()).isFalse();
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            assertThat(text(connection, "SHOW search_path")).doesNotContain("pg_catalog");
            assertThat(text(connection, "SHOW statement_timeout")).isEqualTo("30s");
        }
    }

    /** A server that has switched auto-commit off for its next transaction does not do so again. */
    @Test
    void validationKeepsAutoCommit() throws Exception {
        register(Map.of());

        try (var connection = connector.getConnection()) {
            for (var mode : List.of(false, true)) {
                connection.setAutoCommit(mode);

                assertThat(connection.isValid(0)).isTrue();

                assertThat(connection.getAutoCommit()).isEqualTo(mode);
                assertThat(database.sessions("application_name = 'muster' AND state LIKE 'idle in%'"))
                        .isZero();
            }
        }
    }

    @Test
    void aReadOnlySessionIsNotValid() throws Exception {
        register(Map.of());

        try (var connection = connector.getConnection()) {
            connection.createStatement().execute("SET default_transaction_read_only = on");
            breaker.recordLoss();

            assertThat(connection.isValid(0)).isFalse();
        }
    }

    @Test
    void aRetiredConnectionIsNotValid() throws Exception {
        var factory = register(Map.of());

        try (var connection = connector.getConnection()) {
            connection.setAutoCommit(false);
            connection.unwrap(ConnectionControl.class).retire();

            assertThat(connection.isValid(0)).isFalse();
            assertThat(factory.register().count()).isZero();
            // The server does this before it closes the connection.
            connection.rollback();
        }
    }

    @Test
    void noTransactionBeginsOnARetiredConnection() throws Exception {
        var factory = register(Map.of());

        try (var connection = connector.getConnection()) {
            connection.unwrap(ConnectionControl.class).retire();

            assertThatThrownBy(() -> connection.setAutoCommit(false)).hasMessageContaining("lost");
            assertThat(factory.register().count()).isZero();
        }
    }
}
