package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.exactly;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.link;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.WaitForFunctionOptions;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.Client.Answer;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** What operators see in a browser while things happen to the database. */
@ExtendWith({RunningMuster.class, InBrowser.class})
@TestInstance(Lifecycle.PER_CLASS)
class OperateBrowserIT {
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration TRUTH = Duration.ofSeconds(2);
    private static final Duration CALM = Duration.ofSeconds(30);
    private static final int MOST = 4;

    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private Server server;
    private Client olga;
    private Client bob;

    @BeforeAll
    void start() {
        server = Server.start(environment());
        server.awaitReady(START);
        var nobody = Client.anonymous(server.base());
        var account = nobody.post(
                "/api/v1/users",
                "{'email':'olga@example.org','password':'correct horse','displayName':'Olga','zone':'UTC'}");
        assertThat(account.status()).isEqualTo(201);
        olga = signedIn();
        bob = nobody.signedUp("Bob");
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    @AfterEach
    void restore() throws Exception {
        signal("CONT");
        database.start();
        superuser("ALTER ROLE " + database.user() + " PASSWORD '" + database.password() + "'");
        var end = System.nanoTime() + CALM.toNanos();
        while (!verdict().equals("well")) {
            assertThat(System.nanoTime()).as("the calm").isLessThan(end);
            LockSupport.parkNanos(100_000_000);
        }
    }

    @Test
    void allIsWellAndSaidSo(Windows windows) {
        var window = windows.open(Look.DESKTOP, server.base()).signedInAs(olga).go("/");
        var page = window.page();

        link(page, "Operations").click();
        assertThat(heading(page, "Database connections")).isFocused();
        await(page, "Healthy", CALM);

        assertThat(text(page, "Requests get their database connections.")).isVisible();
        assertThat(exactly(page, "Live")).isVisible();
        assertThat(page.locator(".tile").first()).containsText("of " + MOST);
        assertThat(page.locator(".panels")).containsText("All up");
        assertThat(page.locator(".panels")).containsText(database.user());
        assertThat(page.locator(".chart canvas")).hasCount(2);
        page.locator("summary").first().click();
        assertThat(page.locator("tbody tr").first()).isVisible();
        window.assertAccessible().assertFits();
    }

    @Test
    void theViewIsForEverybody(Windows windows) {
        for (var view : List.of("/operate", "/operate/accounts")) {
            Inspection.inspect(windows.open(Look.PHONE, server.base()).signedInAs(olga), view);
        }
    }

    @Test
    void whoIsNoOperatorDoesNotSeeIt(Windows windows) {
        var window = windows.open(Look.PHONE, server.base()).signedInAs(bob).go("/");
        window.expect("403 GET /api/v1/operator/database");
        var page = window.page();
        assertThat(heading(page, "Your agenda")).isVisible();
        assertThat(link(page, "Operations")).hasCount(0);

        page.navigate(server.base().resolve("/operate").toString());

        assertThat(text(page, "Operators only")).isVisible();
        assertThat(page.locator(".verdict, .tile, .chart")).hasCount(0);
        window.assertAccessible().assertFits();
    }

    @Test
    void aDatabaseThatIsAwayIsToldAndItsReturn(Windows windows) {
        var window = watching(windows, Look.DESKTOP);
        var page = window.page();

        database.stop();
        await(page, "Down", TRUTH);
        assertThat(page.locator(".verdict-sentence")).containsText("The database cannot be reached.");
        assertThat(text(page, "Check that PostgreSQL runs at localhost:" + database.port()))
                .isVisible();
        assertThat(page.locator(".panels")).containsText("Open since");
        assertThat(page.locator(".panels")).containsText("One down");
        assertThat(page.locator(".incident").first()).containsText("Database unreachable");
        assertThat(exactly(page, "ongoing")).isVisible();
        window.assertAccessible().assertFits();
        // It is to be looked at also by who opens the page only now.
        var late = watching(windows, Look.PHONE.dark());
        late.expect("503 GET .*");
        assertThat(late.page().locator(".verdict-word")).hasText("Down");
        late.assertAccessible().assertFits();

        assertThat(bob.get("/api/v1/groups").status()).isEqualTo(503);
        database.start();
        await(page, "Healthy", TRUTH);
        assertThat(page.locator(".verdict-last")).containsText("Database unreachable");
        assertThat(page.locator(".incident").first()).containsText("rejected");
        assertThat(exactly(page, "ongoing")).isHidden();
    }

    @Test
    void aLoginThatIsRefusedIsTold(Windows windows) throws SQLException {
        var window = watching(windows, Look.DESKTOP.dark());
        var page = window.page();

        superuser("ALTER ROLE " + database.user() + " PASSWORD 'another'");
        terminateBackends();
        bob.get("/api/v1/groups");
        await(page, "Down", TRUTH);

        assertThat(page.locator(".verdict-sentence")).containsText("The database rejects the login.");
        assertThat(text(page, "Check the login: user muster, source: environment variables."))
                .isVisible();
        assertThat(page.locator(".verdict-reason")).containsText("SQLSTATE 28P01");
        window.assertAccessible().assertFits();
        assertThat(page.content()).doesNotContain(database.password()).doesNotContain("another'");
    }

    @Test
    void anExhaustedPoolIsToldAndWhoExhaustsIt(Windows windows) throws Exception {
        var window = watching(windows, Look.PHONE);
        var page = window.page();
        var group = bob.post("/api/v1/groups", "{'name':'Locked','zone':'UTC'}").id();
        Callable<Answer> archive = () -> bob.post("/api/v1/groups/" + group + "/archive");
        var executor = Executors.newFixedThreadPool(MOST + 2);
        try (var connection = database.connect()) {
            connection.setAutoCommit(false);
            connection.createStatement().execute("SELECT 1 FROM user_group FOR UPDATE");
            var answers = IntStream.range(0, MOST + 2)
                    .mapToObj(i -> executor.submit(archive))
                    .toList();
            await(page, "Degraded", TRUTH);
            assertThat(page.locator(".verdict-sentence"))
                    .containsText("All 4 connections are in use, and 2 callers are waiting.");
            assertThat(page.locator(".verdict")).containsText("In use by: Groups.lock (4 times");
            window.assertAccessible().assertFits();
            connection.rollback();
            await(page, "Healthy", TRUTH);

            for (var answer : answers) {
                assertThat(answer.get().status()).isEqualTo(200);
            }
            assertThat(page.locator(".incident").first()).containsText("All connections in use");
            assertThat(page.locator("section")
                            .filter(new FilterOptions().setHasText("Slow statements"))
                            .last())
                    .containsText("Groups.lock");
        } finally {
            executor.shutdownNow();
        }
    }

    /** It is there, and takes connections: what hangs is worse than what has ended. */
    @Test
    void aServerThatSaysNothingIsNotTakenForWell(Windows windows) throws Exception {
        var page = watching(windows, Look.DESKTOP).page();
        await(page, "Healthy", CALM);

        signal("STOP");
        await(page, "No data from the server", TRUTH.plusSeconds(1));
        assertThat(exactly(page, "No data")).isVisible();
        assertThat(page.locator(".verdict-sentence")).hasText("The values below are from that time.");
        assertThat(page.locator(".past")).isVisible();
        signal("CONT");

        await(page, "Healthy", CALM);
        assertThat(exactly(page, "Live")).isVisible();
        assertThat(page.locator(".past")).hasCount(0);
    }

    private Map<String, String> environment() {
        var environment = new HashMap<>(RunningMuster.environment(database));
        environment.putAll(Map.of(
                "MUSTER_OPERATORS", "olga@example.org",
                "DB_POOL_MAX", String.valueOf(MOST),
                "DB_SLOW_STATEMENT_MS", "300"));
        return environment;
    }

    private Client signedIn() {
        var session = Client.anonymous(server.base())
                .post("/api/v1/sessions", "{'email':'olga@example.org','password':'correct horse'}");
        return Client.anonymous(server.base()).with("Authorization", "Bearer " + session.string("token"));
    }

    private void signal(String name) throws IOException, InterruptedException {
        var kill = new ProcessBuilder(
                        "kill", "-" + name, String.valueOf(server.process().pid()))
                .start();
        assertThat(kill.waitFor()).isZero();
    }

    private String verdict() {
        return olga.get("/api/v1/operator/database")
                .json()
                .getJsonObject("verdict")
                .getString("level");
    }

    private Window watching(Windows windows, Look look) {
        var window = windows.open(look, server.base()).signedInAs(olga).go("/operate");
        assertThat(window.page().locator(".verdict")).isVisible();
        return window;
    }

    /** Fails unless the verdict is this within that time. */
    private static void await(Page page, String verdict, Duration atMost) {
        page.waitForFunction(
                "wanted => document.querySelector('.verdict-word')?.textContent === wanted",
                verdict,
                new WaitForFunctionOptions().setTimeout(atMost.toMillis()));
    }

    private void terminateBackends() throws SQLException {
        superuser("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'muster'");
    }

    private void superuser(String statement) throws SQLException {
        try (var connection = database.connectAsSuperuser();
                var prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }
}
