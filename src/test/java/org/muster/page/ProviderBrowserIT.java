package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.answer;
import static org.muster.page.Find.button;
import static org.muster.page.Find.field;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.linkInView;
import static org.muster.page.Find.text;

import com.microsoft.playwright.options.AriaRole;
import com.nimbusds.jwt.JWTClaimsSet;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Authenticator;
import org.muster.Client;
import org.muster.ConnectedMuster;
import org.muster.oidc.OidcProvider;

/** Signing in with a provider, in a browser that goes there and comes back. */
@ExtendWith({ConnectedMuster.Shared.class, InBrowser.class})
class ProviderBrowserIT {
    private static final String THERE = "elsewhere: http://localhost:.*";

    private static ConnectedMuster muster;
    private static OidcProvider provider;

    private final Windows windows;
    private final String email = "provided-" + UUID.randomUUID() + "@example.org";

    ProviderBrowserIT(Windows windows) {
        this.windows = windows;
    }

    @BeforeAll
    static void connect(ConnectedMuster shared) {
        muster = shared;
        provider = shared.provider();
    }

    @Test
    void whoSignsInComesBackToWhereTheyWere() {
        provider.signsIn(claims -> person(claims).claim("email_verified", true));
        var window = at(Look.PHONE, "/me").expect(THERE);
        var page = window.page();

        assertThat(button(page, "Sign in with Club")).isVisible();
        window.assertAccessible().assertFits();
        button(page, "Sign in with Club").click();

        assertThat(heading(page, "My account")).isVisible();
        assertThat(page).hasURL(muster.base().resolve("/me").toString());
    }

    @Test
    void whoSignedInLongAgoDoesSoAgainToEndASession() {
        provider.signsIn(claims -> person(claims).claim("email_verified", true));
        var other = at(Look.DESKTOP, "/me").expect(THERE).expect("401 .*").page();
        button(other, "Sign in with Club").click();
        assertThat(heading(other, "My account")).isVisible();
        var window = at(Look.PHONE, "/me").expect(THERE).expect("403 DELETE /api/v1/me/sessions/.*");
        var page = window.page();
        button(page, "Sign in with Club").click();
        var ends = button(page, "End session");
        assertThat(ends).hasCount(1);
        muster.execute("UPDATE user_session SET created_at = now() - interval '1 day' WHERE user_id ="
                + " (SELECT user_id FROM user_account WHERE email = '%s')".formatted(email));

        ends.click();
        window.assertAccessible().assertFits();
        answer(page, "Sign in with Club").click();
        assertThat(heading(page, "My account")).isVisible();
        ends.last().click();

        assertThat(ends).hasCount(1);
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        other.reload();
        assertThat(heading(other, "Sign in")).isVisible();
    }

    @Test
    void whoIsInvitedJoinsWithTheirNewAccountAndIsAskedWithTheirOld() {
        var olga = muster.verified("Olga");
        var first = Made.group(olga, "Rowers", "invite", "private");
        var second = Made.group(olga, "Hikers", "invite", "private");
        provider.signsIn(claims -> person(claims).claim("email_verified", true));

        var joining = at(Look.PHONE, invitation(olga, first)).expect(THERE).page();
        linkInView(joining, "Sign up").click();
        assertThat(text(joining, "You join Rowers with your account.")).isVisible();
        button(joining, "Sign in with Club").click();
        assertThat(heading(joining, "Your agenda")).isVisible();
        assertThat(olga.get(first + "/members").items()).hasSize(2);

        var asked = at(Look.PHONE, invitation(olga, second)).expect(THERE).page();
        linkInView(asked, "Sign in").click();
        button(asked, "Sign in with Club").click();
        button(asked, "Accept invitation").click();
        assertThat(heading(asked, "Hikers")).isVisible();
    }

    @Test
    void whyItDidNotWorkIsTold() {
        provider.signsIn(claims -> person(claims).claim("email_verified", false));
        var window = at(Look.DESKTOP, "/sign-in").expect(THERE);

        button(window.page(), "Sign in with Club").click();

        assertThat(text(window.page(), "The other site does not say that your email address is verified."))
                .isVisible();
        window.assertAccessible();
    }

    @Test
    void anAccountIsLinkedWithItsPassword() {
        provider.signsIn(claims -> person(claims).claim("email_verified", true));
        var ann = muster.nobody().signedUp("Ann");
        var window = at(Look.PHONE, "/").signedInAs(ann).go("/me");
        var page = window.expect(THERE).page();
        var part = page.locator("[data-at=provider]");

        button(page, "Link Club").click();
        assertThat(part).containsText("This field is required.");
        window.assertAccessible().assertFits();
        part.getByLabel("Current password").fill("correct horse");
        button(page, "Link Club").click();
        assertThat(text(page, "Your account is linked with Club.")).isVisible();
        assertThat(part).containsText("Linked with Club since");

        var other = at(Look.DESKTOP, "/sign-in").expect(THERE).page();
        button(other, "Sign in with Club").click();
        assertThat(heading(other, "Your agenda")).isVisible();
        other.navigate(muster.base().resolve("/me").toString());
        assertThat(other.getByLabel("Your name")).hasValue("Ann");

        button(page, "Unlink").click();
        window.assertAccessible().assertFits();
        answer(page, "Unlink").click();
        assertThat(text(page, "Your account is no longer linked with Club.")).isVisible();
        assertThat(part).not().containsText("Linked with Club since");
        assertThat(ann.get("/api/v1/me/providers").items()).isEmpty();
    }

    @Test
    void anAccountWithASecondFactorIsLinkedWithACodeToo() {
        provider.signsIn(claims -> person(claims).claim("email_verified", true));
        var ann = muster.nobody().signedUp("Ann");
        var authenticator = enableSecondFactor(ann);
        var window = at(Look.PHONE, "/").signedInAs(ann).go("/me").expect(THERE);
        var part = window.page().locator("[data-at=provider]");

        part.getByLabel("Current password").fill("correct horse");
        // The present code turned it on.
        part.getByLabel("Code").fill(authenticator.nextCode());
        window.assertAccessible().assertFits();
        button(window.page(), "Link Club").click();

        assertThat(part).containsText("Linked with Club since");
    }

    @Test
    void whoTurnsOnASecondFactorElsewhereIsAskedForACodeWhenTheyLink() {
        provider.signsIn(claims -> person(claims).claim("email_verified", true));
        var ann = muster.nobody().signedUp("Ann");
        var window = at(Look.PHONE, "/").signedInAs(ann).go("/me").expect(THERE);
        var part = window.page().locator("[data-at=provider]");
        part.getByLabel("Current password").fill("correct horse");
        var authenticator = enableSecondFactor(ann);

        window.expect("422 POST /api/v1/sessions/provider");
        button(window.page(), "Link Club").click();
        assertThat(part.getByLabel("Code")).isFocused();
        window.assertAccessible().assertFits();
        // The present code turned it on.
        part.getByLabel("Code").fill(authenticator.nextCode());
        button(window.page(), "Link Club").click();

        assertThat(part).containsText("Linked with Club since");
    }

    @Test
    void theFieldForTheCodeComesAndGoesWithTheSecondFactor() {
        var page = at(Look.PHONE, "/")
                .signedInAs(muster.nobody().signedUp("Ann"))
                .go("/me")
                .page();
        var part = page.locator("[data-at=provider]");
        var factor = page.locator("[data-at=secondFactor]");
        assertThat(part.getByLabel("Current password")).isVisible();

        factor.getByLabel("Current password").fill("correct horse");
        button(page, "Set up").click();
        var authenticator = Authenticator.of(field(page, "Key").inputValue());
        field(page, "Code").fill(authenticator.code());
        button(page, "Turn on").click();
        button(page, "I have saved them").click();
        assertThat(part.getByLabel("Code")).isVisible();
        assertThat(part).hasCount(1);

        button(page, "Turn off").click();
        var asked = page.getByRole(AriaRole.DIALOG);
        asked.getByLabel("Current password").fill("correct horse");
        asked.getByLabel("Code").fill(authenticator.nextCode());
        answer(page, "Turn off").click();
        assertThat(text(page, "Your second factor is off.")).isVisible();
        assertThat(part.getByLabel("Code")).hasCount(0);
        assertThat(part).hasCount(1);
    }

    @Test
    void whoHasNoPasswordSetsOneWithALinkBeforeTheyUnlinkTheProvider() {
        provider.signsIn(claims -> person(claims).claim("email_verified", true));
        var window = at(Look.PHONE, "/me").expect(THERE);
        var page = window.page();
        button(page, "Sign in with Club").click();

        assertThat(page.locator("[data-at=email]")).containsText("To change the address, set a password first.");
        window.expect("409 DELETE /api/v1/me/providers/.*");
        button(page, "Unlink").click();
        answer(page, "Unlink").click();
        assertThat(text(page, "You could not sign in any more.")).isVisible();
        button(page, "Send a link to set a password").click();
        assertThat(text(page, "A link to set a password was sent to " + email)).isVisible();
        window.assertAccessible().assertFits();

        var owner = at(Look.PHONE, muster.link(email, "reset", 1)).page();
        field(owner, "New password").fill("battery staple");
        field(owner, "Repeat the new password").fill("battery staple");
        button(owner, "Set password").click();
        field(owner, "Email address").fill(email);
        owner.getByLabel("Password").fill("battery staple");
        button(owner, "Sign in").click();
        assertThat(heading(owner, "Your agenda")).isVisible();
    }

    private Window at(Look look, String path) {
        return windows.open(look, muster.base()).go(path);
    }

    private static Authenticator enableSecondFactor(Client ann) {
        var path = "/api/v1/me/second-factor";
        var authenticator = Authenticator.of(
                ann.post(path, "{'currentPassword':'correct horse'}").string("secret"));
        ann.post(path + "/confirm", "{'code':'%s'}".formatted(authenticator.code()));
        return authenticator;
    }

    private JWTClaimsSet.Builder person(JWTClaimsSet.Builder claims) {
        return claims.subject(email).claim("email", email).claim("acr", "phr").claim("name", "Ann Lee");
    }

    private static String invitation(Client olga, String group) {
        return "/invitations#token=" + olga.post(group + "/invitations", "{}").string("token");
    }
}
