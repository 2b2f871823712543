package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.link;
import static org.muster.page.Find.linkInView;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.muster.Client;
import org.muster.RunningMuster;

/** People who were sent a link, and have no account: they come in, and what they began is finished. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class StrangersBrowserIT {
    private final Client nobody;
    private final Client olga;
    private final Windows windows;
    private final String name = "Walkers " + UUID.randomUUID().toString().substring(0, 8);

    StrangersBrowserIT(Client nobody, Windows windows) {
        this.nobody = nobody;
        this.windows = windows;
        olga = nobody.signedUp("Olga");
    }

    @Test
    void aLinkToAnActivityForMembersSaysOfWhichGroupAndLeadsBack() {
        var group = Made.group(olga, name, "open", "public");
        var hike = forMembers(group);
        var window = windows.open(Look.PHONE).go(Made.view(hike));
        window.expect("403 GET .*");
        var page = window.page();

        assertThat(heading(page, "An activity for members")).isVisible();
        assertThat(page.getByRole(AriaRole.MAIN)).containsText(name);
        window.assertAccessible().assertFits();
        linkInView(page, "Sign up").click();
        createAccount(page);
        button(page, "Join group").click();

        assertThat(heading(page, "Hike")).isVisible();
        assertThat(button(page, "Sign up")).isVisible();
    }

    @ParameterizedTest
    @CsvSource({
        "'', NAME",
        "/activities/HIKE, Hike",
        "/members, Members",
        "/settings, Settings",
        "/activities/HIKE/queue, Sign-ups and waiting list"
    })
    void aLinkIntoAPrivateGroupAsksToSignInAndLeadsThere(String link, String title) {
        var group = Made.group(olga, name, "invite", "private");
        var path = Made.view(group) + link.replace("HIKE", idOf(forMembers(group)));
        var page = withoutSession(link).go(path).page();

        assertThat(button(page, "Sign in")).isVisible();
        assertThat(page.getByRole(AriaRole.MAIN)).not().containsText(name);
        page.getByLabel("Email address").fill(olga.get("/api/v1/me").string("email"));
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign in").click();

        assertThat(heading(page, title.replace("NAME", name))).isVisible();
        assertThat(page.url()).endsWith(path);
    }

    /** Of nothing that strangers may not see they are told whether it exists. */
    @ParameterizedTest
    @ValueSource(strings = {"", "/activities/HIKE", "/members", "/settings", "/activities/HIKE/queue"})
    void aLinkIntoAPrivateGroupSaysTheSameAsALinkToNothing(String link) {
        var group = Made.group(olga, name, "invite", "private");
        var there = Made.view(group) + link.replace("HIKE", idOf(forMembers(group)));
        var nowhere = "/groups/" + UUID.randomUUID()
                + link.replace("HIKE", UUID.randomUUID().toString());
        var ended = nobody.signedUp("Eve");
        assertThat(ended.delete("/api/v1/sessions").status()).isEqualTo(204);
        var windowOfStranger = windows.open(Look.PHONE, nobody.signedUp("Zoe")).expect("404 GET .*");
        var windowOfEnded = windows.open(Look.DESKTOP, ended).expect("401 GET /api/v1/me");
        if (isForEverybody(link)) {
            windowOfEnded.expect("404 GET .*");
        }

        assertThat(said(windowOfStranger.go(there)))
                .isEqualTo(said(windowOfStranger.go(nowhere)))
                .startsWith("Page not found");
        assertThat(said(windowOfEnded.go(there)))
                .isEqualTo(said(withoutSession(link).go(nowhere)))
                .startsWith("Sign in");
        windowOfStranger.assertAccessible().assertFits();
        windowOfEnded.assertAccessible().assertFits();
    }

    @Test
    void aSessionThatEndsWhileThePageIsOpenLeadsToSigningInAndBack() {
        var group = Made.group(olga, name, "invite", "private");
        var member = nobody.signedUp("Zoe");
        var token = olga.post(group + "/invitations", "{}").string("token");
        member.post("/api/v1/invitations/" + token + "/accept");
        var window = windows.open(Look.DESKTOP, member).go("/groups");
        // The first answer deletes the cookie: what is asked after it comes from a stranger.
        window.expect("401 GET .*|404 GET /api/v1/groups/.*");
        var page = window.page();
        assertThat(heading(page, "Groups")).isVisible();

        var email = member.get("/api/v1/me").string("email");
        assertThat(member.delete("/api/v1/sessions").status()).isEqualTo(204);
        Window.open(page, Made.view(group));
        assertThat(text(page, "your session has expired")).isVisible();
        page.getByLabel("Email address").fill(email);
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign in").click();

        assertThat(heading(page, name)).isVisible();
    }

    @Test
    void whoSignedUpBeforeTheyHadAnAccountIsIn() {
        var group = Made.group(olga, name, "open", "public");
        var hike = Made.published(olga, group, "Hike", "'capacity':8,'guestsAllowed':3");
        var window = windows.open(Look.PHONE).go(Made.view(hike));
        window.expect("401 PUT .*");
        var page = window.page();

        page.getByLabel("Guests").selectOption("2");
        button(page, "Sign up").click();
        page.getByRole(AriaRole.DIALOG)
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Sign up"))
                .click();
        createAccount(page);

        assertThat(heading(page, "Hike")).isVisible();
        assertThat(text(page, "You bring 2 guests.")).isVisible();
        assertThat(olga.get(hike + "/availability").json().getInt("seatsTaken")).isEqualTo(3);
    }

    @Test
    void whoOnlyLooksAroundAfterwardsIsNotSignedUp() {
        var group = Made.group(olga, name, "open", "public");
        var hike = Made.published(olga, group, "Hike", "'capacity':8");
        var window = windows.open(Look.DESKTOP).go(Made.view(hike));
        window.expect("401 PUT .*");
        var page = window.page();

        button(page, "Sign up").click();
        Find.answer(page, "Close").click();
        link(page, "Sign up").first().click();
        createAccount(page);
        Window.open(page, Made.view(hike));

        assertThat(button(page, "Sign up")).isVisible();
        assertThat(olga.get(hike + "/availability").json().getInt("seatsTaken")).isZero();
    }

    @Test
    void anInvitationSaysWhoInvitesToWhatBeforeItAsksForAnAccount() {
        var group = Made.group(olga, name, "invite", "private");
        var token = olga.post(group + "/invitations", "{}").string("token");
        var window = windows.open(Look.PHONE).go("/invitations#token=" + token);
        var page = window.page();

        assertThat(heading(page, "Join " + name)).isVisible();
        assertThat(text(page, "Olga invites you.")).isVisible();
        window.assertAccessible().assertFits();
        linkInView(page, "Sign up").click();
        assertThat(text(page, "You join " + name)).isVisible();
        createAccount(page);

        assertThat(heading(page, name)).isVisible();
        assertThat(text(page, "This group is private")).isVisible();
    }

    @Test
    void anInvitationThatIsUsedUpSaysSo() {
        var group = Made.group(olga, name, "invite", "private");
        var invitation = olga.post(group + "/invitations", "{}");
        olga.delete(group + "/invitations/" + invitation.id());
        var window = windows.open(Look.DESKTOP).go("/invitations#token=" + invitation.string("token"));
        window.expect("409 GET .*");

        assertThat(text(window.page(), "This invitation is used up, has expired or was revoked."))
                .isVisible();
    }

    private String forMembers(String group) {
        var hike =
                group + "/activities/" + olga.post(group + "/activities", """
                        {'title':'Hike','startsLocal':'2090-06-17T18:30','durationMinutes':90,'visibility':'group'}
                        """).id();
        assertThat(olga.post(hike + "/publish").status()).isEqualTo(200);
        return hike;
    }

    private Window withoutSession(String link) {
        var window = windows.open(Look.DESKTOP);
        return isForEverybody(link) ? window.expect("404 GET .*") : window;
    }

    /** Whether there is a view for people who are not signed in; the others begin by asking them to. */
    private static boolean isForEverybody(String link) {
        return link.isEmpty() || link.endsWith("HIKE");
    }

    /** What a view says, when it is there. */
    private static String said(Window window) {
        var main = window.page().getByRole(AriaRole.MAIN);
        assertThat(main.getByRole(AriaRole.HEADING)).isVisible();
        assertThat(main).not().hasAttribute("aria-busy", "true");
        return main.innerText();
    }

    private static String idOf(String activity) {
        return activity.substring(activity.lastIndexOf('/') + 1);
    }

    private static void createAccount(Page page) {
        page.getByLabel("Your name").fill("Zoe");
        page.getByLabel("Email address").fill("zoe-" + UUID.randomUUID() + "@example.org");
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign up").click();
    }
}
