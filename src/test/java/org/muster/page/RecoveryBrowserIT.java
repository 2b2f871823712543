package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.field;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.link;
import static org.muster.page.Find.linkInView;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.ConnectedMuster;

/** Accounts and mail in a browser: each link is followed as it was sent. */
@ExtendWith({ConnectedMuster.Shared.class, InBrowser.class})
class RecoveryBrowserIT {
    private static ConnectedMuster muster;
    private static Client nobody;

    private final Windows windows;
    private final String email = "ann-" + UUID.randomUUID() + "@example.org";

    RecoveryBrowserIT(Windows windows) {
        this.windows = windows;
    }

    @BeforeAll
    static void connect(ConnectedMuster shared) {
        muster = shared;
        nobody = shared.nobody();
    }

    @Test
    void aForgottenPasswordIsReplacedWithTheLinkInTheMail() {
        open(email);
        var window = at(Look.PHONE, "/sign-in");
        var page = window.page();

        link(page, "Forgot your password?").click();
        window.assertAccessible().assertFits();
        field(page, "Email address").fill(email);
        button(page, "Send link").click();
        assertThat(text(page, "If there is an account with " + email)).isVisible();
        window.assertAccessible().assertFits();

        var mailed = muster.link(email, "reset", 1);
        window.go(mailed);
        assertThat(heading(page, "Set a new password")).isVisible();
        assertThat(page).hasURL(muster.base().resolve("/reset").toString());
        window.assertAccessible().assertFits();
        field(page, "New password").fill("battery staple");
        field(page, "Repeat the new password").fill("battery stable");
        button(page, "Set password").click();
        assertThat(text(page, "The passwords are not the same.")).isVisible();
        field(page, "Repeat the new password").fill("battery staple");
        button(page, "Set password").click();

        assertThat(heading(page, "Sign in")).isVisible();
        signIn(page, email, "battery staple");
        assertThat(heading(page, "Your agenda")).isVisible();
        window.expect("409 POST /api/v1/new-passwords").go(mailed);
        field(page, "New password").fill("another staple");
        field(page, "Repeat the new password").fill("another staple");
        button(page, "Set password").click();
        assertThat(text(page, "This link was used, has expired")).isVisible();
    }

    @Test
    void whoHasNoAccountIsToldTheSame() {
        var page = at(Look.DESKTOP, "/forgot-password").page();

        field(page, "Email address").fill(email);
        button(page, "Send link").click();

        assertThat(text(page, "If there is an account with " + email)).isVisible();
    }

    @Test
    void aViewWithoutItsLinkAsksForIt() {
        var window = at(Look.PHONE, "/reset");

        assertThat(text(window.page(), "Open the link again")).isVisible();
        window.assertAccessible().assertFits();
    }

    @Test
    void whoSignsUpFindsALinkInTheirMailboxThatVerifiesTheirAddress() {
        var window = at(Look.PHONE, "/sign-up");
        var page = window.page();

        page.getByLabel("Your name").fill("Ann");
        field(page, "Email address").fill(email);
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign up").click();
        assertThat(heading(page, "Look in your mailbox")).isFocused();
        window.assertAccessible().assertFits();

        window.go(muster.link(email, "verify", 1));
        assertThat(heading(page, "Sign in")).isVisible();
        assertThat(page).hasURL(muster.base().resolve("/verify").toString());
        signIn(page, email, "correct horse");
        assertThat(heading(page, "Verify your email address")).isVisible();
        window.assertAccessible().assertFits();
        button(page, "Verify address").click();

        assertThat(part(page, "email").getByText("Verified", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
    }

    @Test
    void whoseAddressIsTakenIsToldTheSame() {
        open(email);
        var page = at(Look.DESKTOP, "/sign-up").page();

        page.getByLabel("Your name").fill("Mallory");
        field(page, "Email address").fill(email);
        page.getByLabel("Password").fill("mallory's horse");
        button(page, "Sign up").click();

        assertThat(heading(page, "Look in your mailbox")).isVisible();
    }

    @Test
    void whoIsInvitedAcceptsOnceTheyHaveSignedIn() {
        var olga = muster.verified("Olga");
        var group = Made.group(olga, "Hikers", "invite", "private");
        var token = olga.post(group + "/invitations", "{}").string("token");
        var page = at(Look.PHONE, "/invitations#token=" + token).page();

        linkInView(page, "Sign up").click();
        page.getByLabel("Your name").fill("Ann");
        field(page, "Email address").fill(email);
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign up").click();
        assertThat(heading(page, "Look in your mailbox")).isVisible();
        assertThat(olga.get(group + "/members").items()).hasSize(1);

        linkInView(page, "Sign in").first().click();
        signIn(page, email, "correct horse");
        button(page, "Accept invitation").click();
        assertThat(heading(page, "Hikers")).isVisible();
        assertThat(olga.get(group + "/members").items()).hasSize(2);
    }

    @Test
    void anotherAddressCountsOnceItsLinkIsFollowed() {
        var ann = open(email);
        var other = "other-" + email;
        var window = as(ann, Look.PHONE, "/me");
        var page = window.page();

        assertThat(part(page, "email")).containsText("Not verified");
        field(page, "New email address").fill(other);
        part(page, "email").getByLabel("Current password").fill("correct horse");
        button(page, "Change address").click();
        assertThat(part(page, "email")).containsText(other + " takes its place");
        window.assertAccessible().assertFits();
        assertThat(ann.get("/api/v1/me").string("email")).isEqualTo(email);
        button(page, "Send the link again").click();
        assertThat(text(page, "A link is on its way.")).isVisible();

        window.go(muster.link(other, "verify", 2));
        button(page, "Verify address").click();

        assertThat(part(page, "email").getByText(other)).isVisible();
        assertThat(ann.get("/api/v1/me").string("email")).isEqualTo(other);
    }

    @Test
    void anAddressThatMailDoesNotReachIsTold() {
        var ann = open(email);
        muster.execute("UPDATE user_account SET email_undeliverable_at = now(), email_verified_at = now()"
                + " WHERE email = '%s'".formatted(email));

        var window = as(ann, Look.PHONE, "/");
        assertThat(text(window.page(), "Email does not reach " + email)).isVisible();
        window.assertAccessible().assertFits();
        link(window.page(), "Check your address").click();

        assertThat(part(window.page(), "email")).containsText("A mail server has refused this address.");
        assertThat(part(window.page(), "mail")).containsText("A mail server has refused your address");
        window.go("/me").assertAccessible();
    }

    @Test
    void whatIsToldByMailIsChosen() {
        var ann = open(email);
        var window = as(ann, Look.PHONE, "/me");
        var page = window.page();
        var mail = part(page, "mail");

        assertThat(mail).containsText("Until your address is verified");
        mail.getByLabel("What my groups plan, each Monday").check();
        mail.getByLabel("Calendar invitations for my seats").uncheck();
        mail.getByLabel("Reminders of my activities").selectOption("morning");
        mail.getByLabel("Language of emails").selectOption("fr");
        mail.getByText("Save").click();
        assertThat(text(page, "Saved.")).isVisible();

        var settings = ann.get("/api/v1/me/notification-settings").json();
        assertThat(settings.getBoolean("digest")).isTrue();
        assertThat(settings.getBoolean("calendarInvitations")).isFalse();
        assertThat(settings.getBoolean("signUps")).isTrue();
        assertThat(settings.getString("reminder")).isEqualTo("morning");
        assertThat(settings.getString("language")).isEqualTo("fr");
    }

    @Test
    void anInvitationIsSentOnceTheOrganizersAddressIsVerified() {
        var ann = open(email);
        var guest = "guest-" + email;
        var group = Made.group(ann, "Rowers", "invite", "private");
        var window = as(ann, Look.PHONE, Made.view(group) + "/invitations");
        var page = window.expect("403 POST .*/invitations").page();

        button(page, "New invitation").click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Send to").fill(guest);
        button(page, "Create invitation").click();
        assertThat(dialog).containsText("First verify your email address");
        window.assertAccessible().assertFits();
        button(page, "Send the link again").click();
        muster.link(email, "verify", 2);
        muster.execute("UPDATE user_account SET email_verified_at = now() WHERE email = '%s'".formatted(email));
        button(page, "Create invitation").click();
        assertThat(text(page, "The invitation is on its way to " + guest)).isVisible();
        window.assertAccessible();

        var invited = at(Look.PHONE, muster.link(guest, "invitations", 1)).page();
        assertThat(heading(invited, "Join Rowers")).isVisible();
    }

    private Window at(Look look, String path) {
        return windows.open(look, muster.base()).go(path);
    }

    private Window as(Client client, Look look, String path) {
        return windows.open(look, muster.base()).signedInAs(client).go(path);
    }

    /** Opens an account with this address, over the API. */
    private static Client open(String email) {
        assertThat(nobody.post(
                                "/api/v1/users",
                                "{'email':'%s','password':'correct horse','displayName':'Ann','zone':'UTC'}"
                                        .formatted(email))
                        .status())
                .isEqualTo(202);
        var session = nobody.post("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(email));
        muster.link(email, "verify", 1);
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }

    private static void signIn(Page page, String email, String password) {
        field(page, "Email address").fill(email);
        page.getByLabel("Password").fill(password);
        button(page, "Sign in").click();
    }

    private static Locator part(Page page, String name) {
        return page.locator("[data-at=" + name + "]");
    }
}
