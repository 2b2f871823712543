package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.answer;
import static org.muster.page.Find.button;
import static org.muster.page.Find.exactly;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Authenticator;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;

/** Ending sessions on the account's page, by somebody who signed in long ago. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class SessionsBrowserIT {
    private static final String REFUSED = "403 DELETE /api/v1/me/sessions.*";
    private static final String NOT_SIGNED_IN = "401 POST /api/v1/sessions";

    private final Windows windows;
    private final Client nobody;
    private final EmbeddedDatabase database;
    private final Client ann;
    private final String email;

    SessionsBrowserIT(Windows windows, Client nobody, EmbeddedDatabase database) {
        this.windows = windows;
        this.nobody = nobody;
        this.database = database;
        ann = nobody.signedUp("Ann");
        email = ann.get("/api/v1/me").string("email");
    }

    @Test
    void theySignInAgainAndTheSessionEnds() throws SQLException {
        var there = signedIn();
        var window = opened(Look.PHONE).expect(REFUSED).expect(NOT_SIGNED_IN);
        var page = window.page();
        assertThat(sessions(page)).hasCount(2);

        button(page, "End session").press("Enter");
        var asked = page.getByRole(AriaRole.DIALOG);
        assertThat(asked.getByLabel("Email address")).hasValue(email);
        assertThat(asked.getByLabel("Email address")).not().isEditable();
        assertThat(asked.getByLabel("Password")).isFocused();
        window.assertAccessible().assertFits().dark().assertAccessible().light();
        page.keyboard().type("wrong horse");
        page.keyboard().press("Enter");
        assertThat(asked.getByRole(AriaRole.ALERT)).containsText("There is no account");
        assertThat(there.get("/api/v1/me").status()).isEqualTo(200);
        asked.getByLabel("Password").fill("correct horse");
        page.keyboard().press("Enter");

        assertThat(sessions(page)).hasCount(1);
        assertThat(sessions(page)).containsText("This device");
        assertThat(heading(page, "Sessions")).isFocused();
        assertThat(there.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void whoDoesNotSignInAgainEndsNothing() throws SQLException {
        var there = signedIn();
        var page = opened(Look.DESKTOP).expect(REFUSED).page();

        button(page, "End session").press("Enter");
        dismiss(page);
        assertThat(button(page, "End session")).isFocused();
        button(page, "Sign out everywhere").press("Enter");
        answer(page, "Sign out everywhere").click();
        dismiss(page);
        assertThat(button(page, "Sign out everywhere")).isFocused();

        assertThat(sessions(page)).hasCount(2);
        assertThat(there.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void whoHasASecondFactorSignsOutEverywhereWithACode() throws SQLException {
        var authenticator = secondFactor();
        var window = opened(Look.PHONE).expect(REFUSED).expect(NOT_SIGNED_IN);
        var page = window.page();

        button(page, "Sign out everywhere").click();
        answer(page, "Sign out everywhere").click();
        page.getByRole(AriaRole.DIALOG).getByLabel("Password").fill("correct horse");
        page.keyboard().press("Enter");
        var code = page.getByRole(AriaRole.DIALOG).getByLabel("Code");
        assertThat(code).isFocused();
        window.assertAccessible().assertFits();
        // The present code turned it on.
        code.fill(authenticator.nextCode());
        window.expect("401 DELETE /api/v1/sessions");
        page.keyboard().press("Enter");

        assertThat(text(page, "You are signed out.")).isVisible();
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void theOtherTabStaysLive(URI base) throws SQLException {
        var bob = nobody.signedUp("Bob");
        var group = Made.group(ann, "Walkers " + UUID.randomUUID(), "open", "public");
        Made.member(bob, group);
        var hike = Made.published(ann, group, "Hike", "'capacity':8,'guestsAllowed':2");
        signedIn();
        var page = opened(Look.DESKTOP).expect(REFUSED).page();
        var tab = page.context().newPage();
        tab.navigate(base.resolve(Made.view(hike)).toString());
        assertThat(exactly(tab, "Live")).isVisible();

        button(page, "End session").click();
        page.getByRole(AriaRole.DIALOG).getByLabel("Password").fill("correct horse");
        page.keyboard().press("Enter");
        assertThat(sessions(page)).hasCount(1);
        Made.signUp(bob, hike, 2);

        assertThat(text(tab, "3 of 8 taken")).isVisible();
    }

    /** The account's page, in a session that was opened long ago, as all of this person. */
    private Window opened(Look look) throws SQLException {
        database.update("UPDATE user_session SET created_at = now() - interval '1 day' WHERE user_id = '%s'"
                .formatted(ann.id()));
        return windows.open(look, ann).go("/me");
    }

    private Client signedIn() {
        var session = nobody.post("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(email));
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }

    private Authenticator secondFactor() {
        var path = "/api/v1/me/second-factor";
        var authenticator = Authenticator.of(
                ann.post(path, "{'currentPassword':'correct horse'}").string("secret"));
        var confirmed = ann.post(path + "/confirm", "{'code':'%s'}".formatted(authenticator.code()));
        assertThat(confirmed.status()).isEqualTo(200);
        return authenticator;
    }

    private static void dismiss(Page page) {
        assertThat(heading(page, "Sign in again")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
    }

    private static Locator sessions(Page page) {
        return page.locator("[data-at=sessions] li");
    }
}
