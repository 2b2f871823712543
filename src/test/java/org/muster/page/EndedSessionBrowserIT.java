package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.LoadState;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;

/** A session that ends by itself, here from another device, leaves nothing of whose it was on the screen and on the device. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class EndedSessionBrowserIT {
    private final Windows windows;
    private final Client nobody;
    private final String email = "ann-" + UUID.randomUUID() + "@example.org";
    private final String name = "Walkers " + UUID.randomUUID();
    private Client ann;
    private String hike;

    EndedSessionBrowserIT(Windows windows, Client nobody) {
        this.windows = windows;
        this.nobody = nobody;
    }

    @BeforeEach
    void make() {
        nobody.post(
                "/api/v1/users",
                "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC'}".formatted(email));
        var session = nobody.post("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(email));
        ann = nobody.with("Authorization", "Bearer " + session.string("token"));
        hike = Made.published(ann, Made.group(ann, name, "open", "private"), "Hike", "'capacity':8,'guestsAllowed':2");
    }

    @Test
    void theViewAndItsCopiesGoAndSigningInLeadsBack() {
        var window =
                windows.openWithWorker(Look.DESKTOP, ann).go(Made.view(hike)).expect("401 .*");
        var page = window.page();
        assertThat(text(page, name).first()).isVisible();
        Window.await(page, "async () => caches.has('muster-seen')");

        ann.delete("/api/v1/sessions");

        assertThat(text(page, "your session has expired")).isVisible();
        assertThat(page.locator("html").innerHTML()).doesNotContain(name, ">Hike<");
        Window.await(page, "async () => !(await caches.has('muster-seen'))");
        window.assertAccessible().assertFits();
        page.getByLabel("Email address").fill(email);
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign in").click();
        assertThat(heading(page, "Hike")).isVisible();
    }

    @Test
    void whoSavesIsAskedToSignInAndGetsBackWhatTheyTyped() {
        var window = windows.open(Look.PHONE, ann).go("/me").expect("401 PATCH .*");
        var page = window.page();
        // All parts of the view have been read.
        page.waitForLoadState(LoadState.NETWORKIDLE);
        page.getByLabel("Your name").fill("Ann Lee");

        ann.delete("/api/v1/sessions");
        save(page);

        var asked = page.getByRole(AriaRole.DIALOG);
        assertThat(asked).isVisible();
        assertThat(page.locator("main").innerHTML()).doesNotContain("Ann", email);
        asked.getByLabel("Email address").fill(email);
        asked.getByLabel("Password").fill("correct horse");
        asked.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Sign in"))
                .click();
        assertThat(text(page, "Saved").first()).isVisible();
        assertThat(page.getByLabel("Your name")).hasValue("Ann Lee");
    }

    @Test
    void whoIsAskedAndDoesNotSignInSeesNothing() {
        var window = windows.open(Look.DESKTOP, ann).go("/me").expect("401 .*");
        var page = window.page();
        // All parts of the view have been read.
        page.waitForLoadState(LoadState.NETWORKIDLE);
        page.getByLabel("Your name").fill("Ann Lee");

        ann.delete("/api/v1/sessions");
        save(page);
        assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
        page.keyboard().press("Escape");

        assertThat(text(page, "your session has expired")).isVisible();
        assertThat(page.locator("html").innerHTML()).doesNotContain("Ann Lee", email);
    }

    /** The cookie is that of all tabs: none shows one person, and acts for another. */
    @Test
    void theOtherTabsFollow() {
        var window = windows.open(Look.DESKTOP, ann).go("/me");
        var page = window.page();
        assertThat(page.getByLabel("Your name")).hasValue("Ann");

        // As if it had been asleep while another tab did this.
        var bob = nobody.signedUp("Bob");
        window.signedInAs(bob);
        page.evaluate(
                "id => localStorage.setItem('muster.account', id)", bob.id().toString());
        assertThat(page.getByLabel("Your name")).hasValue("Ann");
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
        assertThat(page.getByLabel("Your name")).hasValue("Bob");

        var other = page.context().newPage();
        other.navigate(page.url());
        button(other, "Sign out").click();
        assertThat(heading(page, "Sign in")).isVisible();
        assertThat(page.locator("html").innerHTML()).doesNotContain("Bob");
    }

    private static void save(Page page) {
        button(page, "Save").first().click();
    }
}
