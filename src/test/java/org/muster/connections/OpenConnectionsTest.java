package org.muster.connections;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest extends PhysicalConnectionTestBase {
    @Test
    void openConnectionsAreCounted() throws Exception {
        var factory = register(Map.of());

        var closed = connector.getConnection();
        try (var killed = connector.getConnection()) {
            assertThat(factory.register().count()).isEqualTo(2);
            closed.close();
            assertThat(factory.register().count()).isEqualTo(1);
            terminate(killed);
            assertThatThrownBy(() -> text(killed, "SELECT 1")).isInstanceOf(SQLException.class);
            assertThat(factory.register().count()).isZero();
        }
    }

    @Test
    void anOrphanedConnectionIsAborted() throws Exception {
        var factory = register(Map.of());

        try (var orphaned = connector.getConnection();
                var used = connector.getConnection()) {
            var since = System.nanoTime();
            assertThat(used.isValid(0)).isTrue();

            factory.register().abortUncalledSince(since);

            assertThat(factory.register().count()).isEqualTo(1);
            assertThat(orphaned.isClosed()).isTrue();
            assertThat(used.isClosed()).isFalse();
        }
    }
}
