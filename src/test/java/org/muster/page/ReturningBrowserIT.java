package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.exactly;
import static org.muster.page.Find.field;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.link;
import static org.muster.page.Find.text;

import com.microsoft.playwright.options.AriaRole;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;

/** Leaving a view and coming back: nothing that was typed, loaded or looked at is lost, and no view has what belongs to another. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class ReturningBrowserIT {
    private final Client nobody;
    private final Client olga;
    private final Windows windows;
    private final String group;

    ReturningBrowserIT(Client nobody, Windows windows) {
        this.nobody = nobody;
        this.windows = windows;
        olga = nobody.signedUp("Olga");
        group = Made.group(olga, "Walkers " + UUID.randomUUID().toString().substring(0, 8), "open", "public");
    }

    @Test
    void whatWasTypedIsThereAgainUntilItIsSavedOrDiscarded() {
        var page = windows.open(Look.DESKTOP, olga)
                .go(Made.view(group) + "/activities/new")
                .page();

        field(page, "Title").fill("Night walk");
        page.getByLabel("Total seats").fill("9");
        link(page, "Agenda").click();
        assertThat(heading(page, "Your agenda")).isVisible();
        page.goBack();
        assertThat(text(page, "What you typed earlier is back.")).isVisible();
        assertThat(field(page, "Title")).hasValue("Night walk");
        page.reload();
        assertThat(page.getByLabel("Total seats")).hasValue("9");
        button(page, "Discard").click();
        assertThat(field(page, "Title")).hasValue("");
        field(page, "Title").fill("Morning walk");
        button(page, "Create activity").click();
        assertThat(heading(page, "Morning walk")).isVisible();
        Window.open(page, Made.view(group) + "/activities/new");

        assertThat(field(page, "Title")).hasValue("");
        assertThat(text(page, "What you typed earlier is back.")).hasCount(0);
    }

    @Test
    void whatWasTypedIsForNobodyElse() {
        var page = windows.open(Look.DESKTOP, olga)
                .go(Made.view(group) + "/activities/new")
                .page();

        field(page, "Title").fill("Night walk");
        button(page, "My account").click();
        button(page, "Sign out").click();
        assertThat(text(page, "You are signed out.")).isVisible();

        assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
    }

    @Test
    void notEvenForWhoSignsInWithoutASignOutBefore() {
        var bob = nobody.signedUp("Bob");
        Made.member(bob, group);
        olga.patch(group + "/members/" + bob.id(), "{'role':'organizer'}");
        var window = windows.open(Look.DESKTOP, olga).go(Made.view(group) + "/activities/new");
        var page = window.page();

        field(page, "Title").fill("Night walk");
        page.reload();
        assertThat(field(page, "Title")).hasValue("Night walk");
        window.signedInAs(bob);
        page.reload();

        assertThat(field(page, "Title")).hasValue("");
        assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
    }

    @Test
    void whatWasTypedIsComparedWithWhatOthersHaveSavedSince() {
        var hike = Made.published(olga, group, "Hike", "'capacity':8");
        var window =
                windows.open(Look.DESKTOP, olga).go(Made.view(hike) + "/edit").expect("412 PATCH .*");
        var page = window.page();

        field(page, "Title").fill("Night walk");
        link(page, "Agenda").click();
        assertThat(heading(page, "Your agenda")).isVisible();
        var etag = olga.get(hike).header("ETag");
        olga.with("If-Match", etag).patch(hike, "{'title':'Long hike','capacity':9}");
        page.goBack();
        assertThat(field(page, "Title")).hasValue("Night walk");
        button(page, "Save").click();
        assertThat(heading(page, "Someone else saved changes first")).isFocused();
        button(page, "Save selection").click();
        assertThat(heading(page, "Night walk")).isVisible();

        assertThat(olga.get(hike).json().getInt("capacity")).isEqualTo(9);
    }

    @Test
    void theListIsWhereItWas() {
        for (var i = 10; i < 35; i++) {
            Made.published(olga, group, "Walk " + i, "'place':'Gate %d'".formatted(i));
        }
        var page = windows.open(Look.PHONE, olga).go(Made.view(group)).page();

        assertThat(page.getByRole(AriaRole.LISTITEM)).hasCount(20);
        button(page, "Show more").click();
        assertThat(page.getByRole(AriaRole.LISTITEM)).hasCount(25);
        page.evaluate("addEventListener('click', () => (window.clickedAt = scrollY), true)");
        link(page, "Walk").last().click();
        assertThat(button(page, "Sign up")).isVisible();
        page.goBack();

        assertThat(page.getByRole(AriaRole.LISTITEM)).hasCount(25);
        page.waitForFunction("() => clickedAt > 500 && Math.abs(scrollY - clickedAt) < 5");
    }

    @Test
    void whatAnActionSaidGoesWithItsView() {
        var page = windows.open(Look.DESKTOP, olga).go("/me").page();

        button(page, "Save").first().click();
        assertThat(text(page, "Saved.")).isVisible();
        page.evaluate("document.querySelector('.toast').dataset.at = Date.now() - 2000");
        link(page, "Groups").first().click();

        assertThat(heading(page, "Groups")).isVisible();
        assertThat(text(page, "Saved.")).hasCount(0);
    }

    @Test
    void aViewOpensWithoutTheServerAsSoonAsItIsBack() {
        var window = windows.open(Look.DESKTOP, olga).go("/");
        window.expect("net::ERR_INTERNET_DISCONNECTED .*");
        var page = window.page();
        assertThat(heading(page, "Your agenda")).isVisible();
        page.waitForFunction(
                "() => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/members/me.js'))");

        page.context().setOffline(true);
        link(page, "Notifications").click();
        assertThat(text(page, "The server cannot be reached.").first()).isVisible();
        assertThat(text(page, "Something went wrong")).hasCount(0);
        page.context().setOffline(false);

        assertThat(heading(page, "Notifications")).isVisible();
    }

    @Test
    void soDoesOneWhoseModulesWereNeverLoaded() {
        var window = windows.open(Look.DESKTOP, olga).go("/");
        window.expect("net::ERR_INTERNET_DISCONNECTED .*");
        var page = window.page();
        assertThat(heading(page, "Your agenda")).isVisible();

        page.context().setOffline(true);
        Window.open(page, Made.view(group) + "/audit");
        assertThat(text(page, "The server cannot be reached.").first()).isVisible();
        page.context().setOffline(false);

        assertThat(heading(page, "Audit log")).isVisible();
        assertThat(exactly(page, "Something went wrong")).hasCount(0);
    }
}
