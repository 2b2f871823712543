package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.linkInView;
import static org.muster.page.Find.text;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.oidc.OidcProvider;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Signing in with a provider, in a browser that goes there and comes back. */
@ExtendWith(InBrowser.class)
class ProviderBrowserIT {
    private static final String THERE = "elsewhere: http://localhost:.*";

    private static EmbeddedDatabase database;
    private static OidcProvider provider;
    private static Server server;

    private final Windows windows;
    private final String email = "provided-" + UUID.randomUUID() + "@example.org";

    ProviderBrowserIT(Windows windows) {
        this.windows = windows;
    }

    @BeforeAll
    static void start() {
        database = EmbeddedDatabase.temporary();
        provider = new OidcProvider();
        var variables = new HashMap<>(RunningMuster.environment(database));
        variables.putAll(Map.of(
                "OIDC_ISSUER",
                provider.issuer(),
                "OIDC_CLIENT_ID",
                OidcProvider.CLIENT_ID,
                "OIDC_CLIENT_SECRET",
                OidcProvider.CLIENT_SECRET,
                "OIDC_NAME",
                "Club"));
        server = Server.start(variables);
        server.awaitReady(Duration.ofMinutes(3));
    }

    @AfterAll
    static void stop() {
        server.close();
        provider.close();
        database.close();
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
        assertThat(page).hasURL(server.base().resolve("/me").toString());
    }

    @Test
    void whoIsInvitedJoinsWithTheirNewAccountAndIsAskedWithTheirOld() {
        var olga = Client.anonymous(server.base()).signedUp("Olga");
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
        var ann = Client.anonymous(server.base()).signedUp("Ann");
        var window = at(Look.PHONE, "/").signedInAs(ann).go("/me");
        var page = window.expect(THERE)
                .expect("422 POST /api/v1/sessions/provider")
                .page();
        var part = page.locator("[data-at=provider]");

        button(page, "Link Club").click();
        assertThat(part).containsText("This field is required.");
        window.assertAccessible().assertFits();
        part.getByLabel("Current password").fill("correct horse");
        button(page, "Link Club").click();
        assertThat(text(page, "Your account is linked with Club.")).isVisible();

        var other = at(Look.DESKTOP, "/sign-in").expect(THERE).page();
        button(other, "Sign in with Club").click();
        assertThat(heading(other, "Your agenda")).isVisible();
        other.navigate(server.base().resolve("/me").toString());
        assertThat(other.getByLabel("Your name")).hasValue("Ann");
    }

    private Window at(Look look, String path) {
        return windows.open(look, server.base()).go(path);
    }

    private JWTClaimsSet.Builder person(JWTClaimsSet.Builder claims) {
        return claims.subject(email).claim("email", email).claim("name", "Ann Lee");
    }

    private static String invitation(Client olga, String group) {
        return "/invitations#token=" + olga.post(group + "/invitations", "{}").string("token");
    }
}
