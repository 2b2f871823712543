package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.muster.Client;
import org.muster.RunningMuster;

/** Every view of strangers and members: accessible, and no wider than the window, on each kind of device. */
@ExtendWith({RunningMuster.class, InBrowser.class})
@TestInstance(Lifecycle.PER_CLASS)
class MemberViewsBrowserIT {
    private Client ann;
    private String group;
    private String hidden;
    private String taken;
    private String waited;
    private String cancelled;

    @BeforeAll
    void fill(Client nobody) {
        ann = nobody.signedUp("Ann");
        var bob = nobody.signedUp("Bob");
        bob.patch("/api/v1/me", "{'displayName':'Bob-with-a-very-long-name-and-nowhere-to-break-it-not-even-here'}");
        group = group(ann, "The-association-of-those-who-walk-without-a-break", "public");
        hidden = group(ann, "Hidden", "private");
        bob.put(group + "/members/me");
        taken = activity("A walk with a title that is long enough to be broken", "'capacity':9,'guestsAllowed':3");
        waited = activity("Full", "'capacity':1,'guestsAllowed':1");
        cancelled = activity("Off", "'capacity':4");
        for (var activity : List.of(taken, waited, cancelled)) {
            signUp(bob, activity);
            signUp(ann, activity);
        }
        assertThat(ann.post(cancelled + "/cancel").status()).isEqualTo(200);
        ann.patch(group + "/members/" + bob.id(), "{'role':'organizer'}");
        ann.post("/api/v1/me/tokens", "{'name':'Backup','scopes':['read','write']}");
    }

    Stream<String> strangersViews() {
        return Stream.of(
                "/#/",
                "/#/sign-in",
                "/#/sign-up",
                "/#/groups",
                "/#/groups?q=nowhere%20at%20all",
                view(group),
                view(group) + "?view=list",
                view(taken),
                view(waited),
                view(cancelled),
                "/#/notifications",
                "/#/invitations/" + "x".repeat(43),
                "/#/nowhere");
    }

    Stream<String> membersViews() {
        return Stream.of(
                "/#/",
                "/#/?show=past",
                "/#/groups",
                view(group),
                view(group) + "?month=2090-06",
                view(group) + "?view=list",
                view(hidden) + "?view=list",
                view(taken),
                view(waited),
                view(cancelled),
                "/#/notifications",
                "/#/notifications?show=unread",
                "/#/me",
                "/#/invitations/" + "x".repeat(43));
    }

    @ParameterizedTest
    @MethodSource("strangersViews")
    void strangersViewsAreForEverybody(String view, Windows windows) {
        for (var look : List.of(Look.DESKTOP.dark(), Look.PHONE.french())) {
            check(windows.open(look), view);
        }
    }

    @ParameterizedTest
    @MethodSource("membersViews")
    void membersViewsAreForEverybody(String view, Windows windows) {
        for (var look : List.of(Look.DESKTOP, Look.PHONE.dark(), Look.PHONE.french())) {
            check(windows.open(look, ann), view);
        }
    }

    private static void check(Window window, String view) {
        var heading = window.go(view).page().locator("main h1");
        assertThat(heading).isVisible();
        assertThat(window.page().locator("main .loading")).hasCount(0);
        window.assertAccessible().assertFits();
    }

    private static String view(String path) {
        return path.replace("/api/v1", "/#");
    }

    private static String group(Client owner, String name, String visibility) {
        return "/api/v1/groups/"
                + owner.post("/api/v1/groups", """
                        {'name':'%s','zone':'Europe/Paris','joinPolicy':'open','visibility':'%s',
                         'description':'%s'}
                        """.formatted(name, visibility, "Walks-without-any-break".repeat(9)))
                        .id();
    }

    private String activity(String title, String fields) {
        var made = ann.post(group + "/activities", """
                {'title':'%s','startsLocal':'2090-06-17T18:30','durationMinutes':90,'visibility':'public',
                 'place':'%s','onlineUrl':'https://meet.example.org/%s','description':'Bring water.',%s}
                """.formatted(
                        title, "At-the-gate-of-the-park-".repeat(5), "x".repeat(80), fields));
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
