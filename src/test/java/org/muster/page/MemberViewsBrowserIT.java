package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.link;

import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.muster.Client;
import org.muster.RunningMuster;

/** Every view of strangers and members is for everybody. */
@ExtendWith({RunningMuster.class, InBrowser.class})
@TestInstance(Lifecycle.PER_CLASS)
class MemberViewsBrowserIT {
    /** 99 characters without a place to break. */
    private static final String UNBROKEN = "Wohlfahrtsverein".repeat(6) + "und";

    private Client ann;
    private Client bob;
    private String group;
    private String hidden;
    private String archived;
    private String taken;
    private String waited;
    private String cancelled;

    @BeforeAll
    void fill(Client nobody) {
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
        ann.patch("/api/v1/me", "{'displayName':'%s'}".formatted(UNBROKEN));
        bob.patch("/api/v1/me", "{'displayName':'%s'}".formatted(UNBROKEN.toUpperCase(Locale.ROOT)));
        group = group(ann, UNBROKEN, "public");
        hidden = group(ann, "Hidden", "private");
        var invitation = ann.post(hidden + "/invitations", "{}").string("token");
        assertThat(bob.post("/api/v1/invitations/" + invitation + "/accept").status())
                .isEqualTo(201);
        archived = group(ann, "Archived", "public");
        bob.put(archived + "/members/me");
        assertThat(ann.post(archived + "/archive").status()).isEqualTo(200);
        bob.put(group + "/members/me");
        taken = activity(UNBROKEN + UNBROKEN, "'capacity':9,'guestsAllowed':3");
        waited = activity("Full", "'capacity':1,'guestsAllowed':1");
        cancelled = activity("Off", "'capacity':4");
        for (var activity : List.of(taken, waited, cancelled)) {
            signUp(ann, activity);
            signUp(bob, activity);
        }
        assertThat(ann.post(cancelled + "/cancel").status()).isEqualTo(200);
        var series = ann.post(group + "/series", """
                {'title':'%s','startsLocal':'2090-06-16T19:00','durationMinutes':180,'publish':true,
                 'rule':{'frequency':'weekly','interval':2,'weekdays':['fri'],'count':5}}\
                """.formatted(UNBROKEN));
        assertThat(series.status()).isEqualTo(201);
        bob.post("/api/v1/me/tokens", "{'name':'%s','scopes':['read','write']}".formatted(UNBROKEN));
    }

    Stream<String> strangersViews() {
        return Stream.of(
                "/",
                "/sign-in",
                "/sign-up",
                "/forgot-password",
                "/reset",
                "/verify",
                "/sign-in?failure=denied",
                "/groups",
                "/groups?q=" + UNBROKEN,
                "/groups?q=nowhere%20at%20all",
                view(group),
                view(group) + "?month=2090-06",
                view(group) + "?view=list",
                view(taken),
                view(waited),
                view(cancelled),
                "/notifications",
                "/invitations#token=" + "x".repeat(43));
    }

    Stream<String> membersViews() {
        return Stream.of(
                "/",
                "/?show=past",
                "/groups",
                "/groups?q=" + UNBROKEN,
                view(group),
                view(group) + "?month=2090-06",
                view(group) + "?view=list",
                view(group) + "/members",
                view(group) + "/series",
                view(hidden) + "?view=list",
                view(archived),
                view(taken),
                view(waited),
                view(cancelled),
                "/notifications",
                "/notifications?show=unread",
                "/me",
                "/verify",
                "/sign-in?failure=provider-linked",
                "/invitations#token=" + "x".repeat(43));
    }

    @ParameterizedTest
    @MethodSource("strangersViews")
    void strangersViewsAreForEverybody(String view, Windows windows) {
        inspect(windows.open(Look.PHONE), view);
    }

    @ParameterizedTest
    @MethodSource("membersViews")
    void membersViewsAreForEverybody(String view, Windows windows) {
        inspect(windows.open(Look.PHONE, bob), view);
    }

    /** Where nothing is yet. */
    @Test
    void newcomersViewsAreForEverybody(Windows windows, Client nobody) {
        var zoe = nobody.signedUp("Zoe");
        var empty = view(group(zoe, "Empty", "public"));
        for (var view : List.of("/", "/?show=past", "/notifications", empty, empty + "?view=list", empty + "/series")) {
            inspect(windows.open(Look.PHONE, zoe), view);
        }
    }

    @Test
    void everyLinkThatAMemberIsShownLeadsSomewhere(Windows windows) {
        var page = windows.open(Look.DESKTOP, bob).go("/").page();
        var found = new ArrayDeque<>(List.of("/"));
        var seen = new HashSet<>(found);

        while (!found.isEmpty()) {
            var address = found.remove();
            page.navigate(URI.create(page.url()).resolve(address).toString());
            Inspection.assertShown(page);
            var heading = page.locator("main h1");
            assertThat(heading.textContent())
                    .as("the heading of %s", address)
                    .isNotIn("Page not found", "You do not have access", "The page could not be loaded");
            var links = (List<?>) page.locator("main a[href^='/']:not([href^='/api'])")
                    .evaluateAll("links => links.map(link => link.getAttribute('href'))");
            links.stream().map(String::valueOf).filter(seen::add).forEach(found::add);
        }

        assertThat(seen).contains(view(group), view(group) + "/members", view(taken), view(archived));
    }

    @Test
    void dialogsAreForEverybody(Windows windows) {
        var window = windows.open(Look.PHONE, bob).go("/me");
        var page = window.page();

        for (var opener : List.of("Create calendar link", "Disable calendar link", "New token", "Delete my account…")) {
            button(page, opener).click();
            assertThat(page.getByRole(AriaRole.DIALOG)).isVisible();
            window.dark().assertAccessible().light().assertAccessible().assertFits();
            page.keyboard().press("Escape");
            assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        }
    }

    @Test
    void theMenuIsForEverybody(Windows windows) {
        var window = windows.open(Look.DESKTOP, bob).go("/me");

        button(window.page(), "My account").click();

        assertThat(link(window.page(), "My account")).isVisible();
        window.assertAccessible().assertFits().dark().assertAccessible();
    }

    private static void inspect(Window window, String view) {
        if (view.contains("/invitations#")) {
            window.expect("404 GET /api/v1/invitations/.*");
        }
        Inspection.inspect(window, view);
    }

    private static String view(String path) {
        return path.replace("/api/v1", "");
    }

    private static String group(Client owner, String name, String visibility) {
        return "/api/v1/groups/"
                + owner.post("/api/v1/groups", """
                        {'name':'%s','zone':'Europe/Paris','joinPolicy':'open','visibility':'%s',
                         'description':'%s'}
                        """.formatted(name, visibility, UNBROKEN.repeat(3)))
                        .id();
    }

    private String activity(String title, String fields) {
        var made = ann.post(group + "/activities", """
                {'title':'%s','startsLocal':'2090-06-17T18:30','durationMinutes':90,'visibility':'public',
                 'place':'%s','onlineUrl':'https://meet.example.org/%s','description':'%s',%s}
                """.formatted(title, UNBROKEN, UNBROKEN, UNBROKEN, fields));
        assertThat(made.status()).isEqualTo(201);
        var path = group + "/activities/" + made.id();
        assertThat(ann.post(path + "/publish").status()).isEqualTo(200);
        return path;
    }

    private static void signUp(Client client, String activity) {
        var answer = client.with("Content-Type", "application/json")
                .send("PUT", activity + "/signups/me", Client.json("{'guests':0}"));
        assertThat(answer.status()).isEqualTo(201);
    }
}
