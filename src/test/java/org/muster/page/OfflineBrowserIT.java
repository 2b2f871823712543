package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.exactly;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;

/** The page without the server: it opens, and shows copies of what was seen last, to whom they belong. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class OfflineBrowserIT {
    private static final String OFFLINE = "net::ERR_(INTERNET_DISCONNECTED|FAILED) .*";

    /** The service worker is in charge, and has all files that the page has loaded. */
    private static final String INSTALLED = """
            async () => {
                const assets = performance.getEntriesByType('resource')
                        .map(({ name }) => name)
                        .filter(name => new URL(name).pathname.startsWith('/assets/'));
                const kept = await Promise.all(assets.map(name => caches.match(name, { ignoreVary: true })));
                return navigator.serviceWorker.controller !== null && kept.every(Boolean);
            }
            """;

    private static final String KEPT = """
            async () => (await (await caches.open('muster-seen')).keys()).map(({ url }) => new URL(url).pathname)
            """;

    private static final String IS_KEPT =
            "async path => Boolean(await caches.match(path, { cacheName: 'muster-seen' }))";

    private final Windows windows;
    private final Client ann;
    private final Client bob;
    private final String name = "Walkers " + UUID.randomUUID();
    private String group;
    private String hike;

    OfflineBrowserIT(Windows windows, Client nobody) {
        this.windows = windows;
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
    }

    @BeforeEach
    void make() {
        group = Made.group(ann, name, "open", "private");
        hike = Made.published(ann, group, "Hike", "'capacity':8");
        Made.signUp(ann, hike, 0);
    }

    @Test
    void whatWasSeenIsReadWithoutTheServer() {
        var window = windows.openWithWorker(Look.PHONE, ann).go("/").expect(OFFLINE);
        var page = window.page();
        assertThat(heading(page, "Your agenda")).isVisible();
        Window.open(page, Made.view(hike));
        assertThat(heading(page, "Hike")).isVisible();
        awaitKept(page, hike);

        page.context().setOffline(true);
        page.reload();

        assertThat(heading(page, "Hike")).isVisible();
        assertThat(text(page, "Offline: as of ").first()).isVisible();
        window.assertAccessible().assertFits();
        Window.open(page, "/");
        assertThat(heading(page, "Your agenda")).isVisible();
        assertThat(text(page, "Hike").first()).isVisible();

        page.context().setOffline(false);
        assertThat(page.locator(".trouble")).isHidden();
    }

    @Test
    void whatChangesSomethingIsOffWithoutTheServerAndSaysWhy() {
        var window = windows.openWithWorker(Look.PHONE, ann).go(Made.view(hike)).expect(OFFLINE);
        var page = window.page();
        var giveUp = button(page, "Give up my seat");
        assertThat(giveUp).isEnabled();
        awaitKept(page, hike);

        page.context().setOffline(true);

        assertThat(giveUp).isDisabled();
        assertThat(giveUp).hasAccessibleDescription("You are offline. Changes need a connection.");
        assertThat(button(page, "Share")).isEnabled();
        giveUp.dispatchEvent("click");
        assertThat(exactly(page, "You are offline. Changes need a connection.")).isVisible();
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        window.assertAccessible().assertFits();
        Window.open(page, Made.view(hike));
        assertThat(text(page, "Offline: as of ").first()).isVisible();
        assertThat(giveUp).isDisabled();
        page.context().setOffline(false);

        assertThat(giveUp).isEnabled();
    }

    @Test
    void whatIsReadWithoutTheServerIsForEverybody() {
        var window = windows.openWithWorker(Look.PHONE, ann).go(Made.view(hike)).expect(OFFLINE);
        var page = window.page();
        assertThat(heading(page, "Hike")).isVisible();
        awaitKept(page, hike);
        // The words of each language are kept when they were read once.
        Inspection.inspectShown(window);
        Window.await(page, INSTALLED);

        page.context().setOffline(true);

        assertThat(button(page, "Give up my seat")).isDisabled();
        // The view may still be drawn anew, in the language that was chosen last.
        Inspection.assertShown(page);
        Inspection.inspectShown(window);
    }

    @Test
    void signingOutDeletesTheCopies() {
        var page = windows.openWithWorker(Look.DESKTOP, ann).go(Made.view(hike)).page();
        assertThat(heading(page, "Hike")).isVisible();
        awaitKept(page, hike);

        button(page, "My account").click();
        button(page, "Sign out").click();

        assertThat(text(page, "You are signed out.").first()).isVisible();
        Window.await(page, "async () => !(await caches.has('muster-seen'))");
    }

    @Test
    void anotherPersonFindsNoCopies() {
        var window = windows.openWithWorker(Look.DESKTOP, ann).go(Made.view(hike));
        var page = window.page();
        assertThat(heading(page, "Hike")).isVisible();
        awaitKept(page, hike);

        window.signedInAs(bob).go("/groups");
        assertThat(heading(page, "Groups")).isVisible();
        Window.await(page, "async () => (await (await caches.match('/api/v1/me'))?.json())?.displayName === 'Bob'");

        assertThat(kept(page)).doesNotContain(hike, hike + "/signups", group);
    }

    @Test
    void tokensAndWhatOrganizersReadAreNotKept() {
        var page = windows.openWithWorker(Look.DESKTOP, ann).go("/me").page();
        assertThat(page.locator("main h1")).isVisible();
        for (var view : List.of("/invitations", "/members", "/audit", "/settings")) {
            Window.open(page, Made.view(group) + view);
            assertThat(page.locator("main h1")).isVisible();
        }
        Window.open(page, Made.view(hike));
        assertThat(heading(page, "Hike")).isVisible();
        awaitKept(page, hike);

        assertThat(kept(page))
                .allMatch(path -> Pattern.matches(
                        "/api/v1/(me(/(groups|activities|notifications|upcoming))?"
                                + "|groups(/[0-9a-f-]{36}(/activities(/[0-9a-f-]{36}(/(availability|signups))?)?)?)?)",
                        path));
    }

    @Test
    void nothingIsKeptUntilTheServerHasAllowedIt() {
        var window = windows.open(Look.PHONE, ann);
        var page = window.page();
        var asked = new ArrayList<Route>();
        page.route("**/api/v1/server", asked::add);

        window.go(Made.view(hike));
        assertThat(heading(page, "Hike")).isVisible();
        page.waitForCondition(() -> !asked.isEmpty());
        Window.open(page, "/");
        assertThat(heading(page, "Your agenda")).isVisible();

        assertThat(kept(page)).isEmpty();
    }

    @Test
    void whatTheReleaseBeforeKeptIsDeletedWithoutAReload() {
        var page = windows.openWithWorker(Look.DESKTOP, ann).go("/robots.txt").page();
        page.evaluate("async () => { await caches.open('muster-page-0123456789abcdef'); }");
        var loads = new AtomicInteger();
        page.onLoad(any -> loads.incrementAndGet());

        page.navigate(page.url().replace("/robots.txt", "/groups"));
        Window.await(page, INSTALLED);

        Window.await(page, "async () => !(await caches.has('muster-page-0123456789abcdef'))");
        assertThat(heading(page, "Groups")).isVisible();
        assertThat(loads).hasValue(1);
    }

    private void awaitKept(Page page, String path) {
        Window.await(page, INSTALLED);
        Window.await(page, IS_KEPT, path);
    }

    private static List<String> kept(Page page) {
        return ((List<?>) page.evaluate(KEPT)).stream().map(String::valueOf).toList();
    }
}
