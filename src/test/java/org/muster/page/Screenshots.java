package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.exactly;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.link;

import com.microsoft.playwright.Page;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.Demo;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Takes the README's pictures of the page, of what {@code mvn -Prun -Ddemo} makes. */
@ExtendWith(InBrowser.class)
@TestInstance(Lifecycle.PER_CLASS)
class Screenshots {
    private static final String GROUP = "Don Valley Walkers";
    private static final String FULL = "Brick Works loop";
    /** As long as people use it, for something to be seen of the connections. */
    private static final Duration USE = Duration.ofSeconds(90);

    private static final int USERS = 3;

    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private Server server;

    @BeforeAll
    void start() {
        var environment = new HashMap<>(RunningMuster.environment(database));
        environment.put("MUSTER_OPERATORS", Demo.email("Ann"));
        server = Server.start(environment);
        server.awaitReady(Duration.ofMinutes(3));
        Demo.create(server.base(), Optional.of(database));
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void aGroup(Windows windows) {
        var window = signedIn(windows, Look.DESKTOP, "Chloé");
        toGroup(window.page());
        // A month with something in it, also at the end of this one.
        var month = YearMonth.from(LocalDate.now().plusDays(10));
        window.go(window.page().url() + "?month=" + month).page().reload();

        assertThat(link(window.page(), "Lunch-hour walk").first()).isVisible();
        window.illustrate("group");
    }

    @Test
    void anActivity(Windows windows) {
        var window = signedIn(windows, Look.PHONE.dark().sharp(), "Grace");
        toActivity(window.page());

        assertThat(exactly(window.page(), "You are no. 3 on the waiting list")).isVisible();
        assertThat(exactly(window.page(), "Live")).isVisible();
        window.illustrate("activity");
    }

    @Test
    void aQueue(Windows windows) {
        var window = signedIn(windows, Look.DESKTOP, "Ann");
        toActivity(window.page());
        link(window.page(), "Sign-ups and waiting list").click();

        assertThat(heading(window.page(), "Sign-ups and waiting list")).isVisible();
        window.illustrate("queue");
    }

    @Test
    void theConnections(Windows windows) {
        var until = Instant.now().plus(USE);
        var used = IntStream.range(0, USERS)
                .mapToObj(user -> CompletableFuture.runAsync(() -> useUntil(until)))
                .toArray(CompletableFuture[]::new);
        var window = signedIn(windows, Look.DESKTOP, "Ann");
        CompletableFuture.allOf(used).join();
        link(window.page(), "Operations").click();

        assertThat(exactly(window.page(), "Live")).isVisible();
        window.illustrate("operations");
    }

    private void useUntil(Instant until) {
        var anybody = Client.anonymous(server.base());
        while (Instant.now().isBefore(until)) {
            assertThat(anybody.get("/api/v1/groups").status()).isEqualTo(200);
        }
    }

    private Window signedIn(Windows windows, Look look, String name) {
        var window = windows.open(look, server.base()).go("/sign-in");
        var page = window.page();
        page.getByLabel("Email address").fill(Demo.email(name));
        page.getByLabel("Password").fill(Demo.PASSWORD);
        button(page, "Sign in").click();
        assertThat(heading(page, "Your agenda")).isVisible();
        return window;
    }

    private static void toGroup(Page page) {
        link(page, GROUP).click();
        assertThat(heading(page, GROUP)).isVisible();
    }

    private static void toActivity(Page page) {
        link(page, FULL).first().click();
        assertThat(heading(page, FULL)).isVisible();
    }
}
