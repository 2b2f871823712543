package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.exactly;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.link;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** The server, or its database, goes away while somebody is in the middle of something, and comes back. */
@ExtendWith(InBrowser.class)
@TestInstance(Lifecycle.PER_CLASS)
class OutageBrowserIT {
    private static final Duration START = Duration.ofMinutes(3);
    /** What browsers meet meanwhile; while it starts and stops, a server listens without Muster. */
    private static final String AWAY = "503 .*|(404|500) GET (/health/ready|.*/changes.*)|net::ERR.*";

    private final EmbeddedDatabase database = EmbeddedDatabase.temporary();
    private Server server;
    private Client ann;
    private Client bob;
    private String hike;

    @BeforeAll
    void fill() {
        server = start(Server.freePort());
        ann = Client.anonymous(server.base()).signedUp("Ann");
        bob = Client.anonymous(server.base()).signedUp("Bob");
        var group = "/api/v1/groups/"
                + ann.post("/api/v1/groups", "{'name':'Walkers','zone':'America/Toronto','visibility':'public'}")
                        .id();
        hike = group + "/activities/" + ann.post(group + "/activities", """
                        {'title':'Hike','startsLocal':'2090-06-17T18:30','durationMinutes':90,'capacity':9,
                         'guestsAllowed':3,'visibility':'public'}""").id();
        assertThat(ann.post(hike + "/publish").status()).isEqualTo(200);
    }

    /** A test that failed may have left it stopped. */
    @BeforeEach
    void serve() {
        if (!server.isAlive()) {
            server = start(server.base().getPort());
        }
    }

    @AfterAll
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void withoutTheDatabaseThePageWaitsAndDoesOnceWhatWasAsked(Windows windows) {
        var window = windows.open(Look.PHONE, server.base()).signedInAs(ann).go(view(hike));
        window.expect(AWAY);
        var page = window.page();
        page.getByLabel("Guests").selectOption("2");
        var before = seatsTaken();

        database.stop();
        button(page, "Sign up").click();
        assertThat(button(page, "Waiting for the server…")).isVisible();
        assertThat(text(page, "The database is unavailable").first()).isVisible();
        window.assertAccessible().assertFits();
        database.start();

        assertSoon(text(page, "You bring 2 guests."));
        assertThat(page.locator(".trouble")).isHidden();
        assertThat(seatsTaken()).isEqualTo(before + 3);
    }

    @Test
    void whenTheServerIsBackThePageGoesOnAndNothingTypedIsLost(Windows windows) {
        var typing = windows.open(Look.DESKTOP, server.base()).signedInAs(ann).go("/me");
        var reading = windows.open(Look.PHONE, server.base()).signedInAs(bob).go("/");
        var watching = windows.open(Look.DESKTOP, server.base()).signedInAs(ann).go(view(hike));
        for (var window : List.of(reading, watching)) {
            window.expect(AWAY);
        }
        assertThat(typing.page().getByLabel("Your name")).hasValue("Ann");
        assertThat(heading(reading.page(), "Your agenda")).isVisible();
        assertThat(exactly(watching.page(), "Live")).isVisible();

        server.close();
        assertSoon(text(watching.page(), "The server cannot be reached.").first());
        typing.page().getByLabel("Your name").fill("Ann Lee");
        link(reading.page(), "Find groups").click();
        assertThat(text(reading.page(), "The server cannot be reached.").first())
                .isVisible();
        assertThat(heading(reading.page(), "Waiting for the server…")).isVisible();
        reading.assertAccessible().assertFits();
        server = start(server.base().getPort());

        assertSoon(link(reading.page(), "Walkers"));
        button(typing.page(), "Save").click();
        assertSoon(text(typing.page(), "Saved."));
        assertThat(ann.get("/api/v1/me").string("displayName")).isEqualTo("Ann Lee");
        assertSoon(exactly(watching.page(), "Live"));
        var seats = seatsTaken();
        bob.with("Content-Type", "application/json").send("PUT", hike + "/signups/me", Client.json("{'guests':0}"));
        assertSoon(text(watching.page(), (seats + 1) + " of 9 taken"));
    }

    @Test
    void whereTheServerAllowsNoCopiesNoneAreKept(Windows windows) {
        var window = windows.open(Look.PHONE, server.base()).signedInAs(bob).go("/robots.txt");
        window.expect("net::ERR_INTERNET_DISCONNECTED .*");
        var page = window.page();
        // Kept while the server allowed it.
        page.evaluate(
                "async id => (await caches.open('muster-seen')).put('/api/v1/me', new Response(JSON.stringify({ id })))",
                bob.id().toString());

        window.go(view(hike));
        assertThat(heading(page, "Hike")).isVisible();
        Window.await(page, "async () => !(await caches.has('muster-seen'))");
        Window.open(page, "/");
        assertThat(heading(page, "Your agenda")).isVisible();
        page.context().setOffline(true);
        Window.open(page, view(hike));
        assertThat(heading(page, "Waiting for the server…")).isVisible();
        assertThat(page.evaluate("() => caches.has('muster-seen')")).isEqualTo(false);
        page.context().setOffline(false);

        assertThat(heading(page, "Hike")).isVisible();
    }

    private int seatsTaken() {
        return ann.get(hike + "/availability").json().getInt("seatsTaken");
    }

    private Server start(int port) {
        var variables = RunningMuster.environment(database);
        variables.put("MUSTER_OFFLINE_COPIES", "off");
        var started = Server.start(variables, port);
        started.awaitReady(START);
        return started;
    }

    private static void assertSoon(Locator locator) {
        assertThat(locator).isVisible(new IsVisibleOptions().setTimeout(60_000));
    }

    private static String view(String path) {
        return path.replace("/api/v1", "");
    }
}
