package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResiliencePageTest {
    private static final ResiliencePage PAGE = new ResiliencePage("""
            # Faults
            <!-- faults -->
            old
            <!-- /faults -->
            <!-- servers -->
            | server | start |
            |---|---|
            | One | 1 s |
            | Two | 2 s |
            <!-- /servers -->
            The end
            """);

    @Test
    void onlyWhatStandsBetweenTheMarkersIsReplaced() {
        assertThat(PAGE.replace("faults", "\nnew\n").text())
                .isEqualTo(PAGE.text().replace("old", "new"));
    }

    @Test
    void aServersRowIsReplaced() {
        assertThat(PAGE.replaceRow("servers", "One", "| One | 3 s |\n").text())
                .isEqualTo(PAGE.text().replace("| 1 s |", "| 3 s |"));
    }

    @Test
    void aNewServersRowIsAdded() {
        assertThat(PAGE.replaceRow("servers", "Three", "| Three | 3 s |").text())
                .isEqualTo(PAGE.text().replace("| 2 s |\n", "| 2 s |\n| Three | 3 s |\n"));
    }

    @Test
    void aColumnIsReplaced() {
        assertThat(PAGE.replaceColumn("servers", "start", List.of("5 s", "6 s")).text())
                .isEqualTo(PAGE.text().replace("1 s", "5 s").replace("2 s", "6 s"));
    }

    @Test
    void aColumnOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> PAGE.replaceColumn("servers", "start", List.of("5 s")))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void thePageHasEachTable() throws Exception {
        var page = new ResiliencePage(Files.readString(Path.of("docs", "resilience.md")));

        for (var marker : List.of("faults", "peers", "servers", "server-faults")) {
            assertThat(page.replace(marker, "new").text()).contains("<!-- " + marker + " -->\nnew\n");
        }
    }

    @Test
    void thePageHasAColumnForEachServer() throws Exception {
        var page = new ResiliencePage(Files.readString(Path.of("docs", "resilience.md")));

        for (var server : List.of("Payara Micro", "Payara Server", "WildFly", "Open Liberty")) {
            assertThat(page.replaceColumn("server-faults", server, Report.serverCells())
                            .text())
                    .contains(" – ");
        }
    }

    @Test
    void aPageWithoutTheMarkersIsRefused() {
        assertThatThrownBy(() -> PAGE.replace("peers", "new")).hasMessageContaining("peers");
    }
}
