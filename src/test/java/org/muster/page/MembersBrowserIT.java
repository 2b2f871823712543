package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.answer;
import static org.muster.page.Find.button;
import static org.muster.page.Find.exactly;
import static org.muster.page.Find.field;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.item;
import static org.muster.page.Find.link;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import jakarta.json.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;

/** What members and strangers do, in a browser. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class MembersBrowserIT {
    private static Client nobody;
    private static Client olga;
    private static Client ann;
    private static Client bob;

    private final Windows windows;
    private final String name = "Walkers " + UUID.randomUUID().toString().substring(0, 8);
    private final String group = Made.group(olga, name, "open", "public");

    MembersBrowserIT(Windows windows) {
        this.windows = windows;
        ann.put(group + "/members/me");
        bob.put(group + "/members/me");
    }

    @BeforeAll
    static void people(Client anonymous) {
        nobody = anonymous;
        olga = nobody.signedUp("Olga");
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
    }

    @Test
    void aStrangerSignsUpFindsAGroupAndTakesPartWithGuests() {
        Made.published(olga, group, "Night walk", "'capacity':8,'guestsAllowed':2");
        var page = windows.open(Look.PHONE).go("/").page();

        link(page, "Sign up").first().click();
        page.getByLabel("Your name").fill("Zoe");
        page.getByLabel("Email address").fill("zoe-" + UUID.randomUUID() + "@example.org");
        page.getByLabel("Password").fill("short");
        button(page, "Sign up").click();
        assertThat(text(page, "Enter at least 8 characters.")).isVisible();
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign up").click();

        assertThat(heading(page, "Your agenda")).isFocused();
        link(page, "Find groups").click();
        page.getByRole(AriaRole.SEARCHBOX).fill(name.toUpperCase(Locale.ROOT));
        link(page, name).click();
        button(page, "Join group").click();
        assertThat(button(page, "Leave group")).isVisible();
        button(page, "List").click();
        link(page, "Night walk").click();
        page.getByLabel("Guests").selectOption("2");
        button(page, "Sign up").click();

        assertThat(text(page, "You bring 2 guests.")).isVisible();
        assertThat(text(page, "5 seats free")).isVisible();
        assertThat(item(page, "Zoe")).containsText("+2");
        link(page, "Agenda").click();
        assertThat(item(page, "Night walk")).containsText("You’re going, with 2 guests");
    }

    @Test
    void aDeviceWithoutATimeZoneIsInUtc() {
        var hike = Made.published(olga, group, "Hike", "'capacity':8");
        var window = windows.open(Look.DESKTOP);
        window.page()
                .addInitScript("const own = Intl.DateTimeFormat.prototype.resolvedOptions;"
                        + "Intl.DateTimeFormat.prototype.resolvedOptions = function () {"
                        + "    return { ...own.call(this), timeZone: 'Etc/Unknown' };"
                        + "};");
        var page = window.go(Made.view(hike)).page();

        assertThat(heading(page, "Hike")).isVisible();
        assertThat(text(page, "times are in UTC")).isVisible();
        page.navigate(page.url().replaceAll("/groups/.*", "/sign-up"));
        assertThat(page.getByLabel("Time zone")).hasValue("UTC");
    }

    @Test
    void whoIsAskedToSignInGoesOnWhereTheyWere() {
        var hike = Made.published(olga, group, "Hike", "'capacity':8,'guestsAllowed':3");
        var email = account("Zoe");
        var window = windows.open(Look.DESKTOP).go(Made.view(hike));
        window.expect("401 PUT .*").expect("401 POST /api/v1/sessions");
        var page = window.page();

        page.getByLabel("Guests").selectOption("3");
        button(page, "Sign up").click();
        var asked = page.getByRole(AriaRole.DIALOG);
        asked.getByLabel("Email address").fill(email);
        asked.getByLabel("Password").fill("wrong horse");
        asked.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Sign in"))
                .click();
        assertThat(asked.getByRole(AriaRole.ALERT)).containsText("There is no account");
        window.assertAccessible();
        asked.getByLabel("Password").fill("correct horse");
        asked.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Sign in"))
                .click();

        assertThat(text(page, "You bring 3 guests.")).isVisible();
        assertThat(button(page, "My account")).isVisible();
    }

    @Test
    void whoWaitsMovesUpBeforeTheirEyes() {
        var hike = Made.published(olga, group, "Hike", "'capacity':1");
        Made.signUp(olga, hike, 0);
        Made.signUp(ann, hike, 0);
        var window = windows.open(Look.PHONE, bob).go(Made.view(hike));
        var page = window.page();

        button(page, "Join the waiting list").click();
        assertThat(exactly(page, "You are no. 2 on the waiting list")).isVisible();
        assertThat(exactly(page, "Live")).isVisible();
        ann.delete(hike + "/signups/me");
        assertThat(exactly(page, "You are no. 1 on the waiting list")).isVisible();
        olga.delete(hike + "/signups/me");

        assertThat(text(page, "You got a seat from the waiting list.")).isVisible();
        assertThat(exactly(page, "You’re going.").first()).isVisible();
        assertThat(text(page, "1 of 1 taken")).isVisible();
    }

    /** The change feed is for members, but a public activity is for others, too. */
    @Test
    void whoIsNoMemberSeesSeatsChangeTheSame() {
        var hike = Made.published(olga, group, "Hike", "'capacity':1");
        Made.signUp(olga, hike, 0);
        var page = windows.open(Look.DESKTOP, nobody.signedUp("Zoe"))
                .go(Made.view(hike))
                .page();

        button(page, "Join the waiting list").click();
        assertThat(exactly(page, "You are no. 1 on the waiting list")).isVisible();
        assertThat(text(page, "Going (")).isHidden();
        olga.delete(hike + "/signups/me");

        assertThat(text(page, "You got a seat from the waiting list.")).isVisible();
    }

    @Test
    void whatOthersDoInTheirBrowserIsSeenWithoutReloading() {
        var hike = Made.published(olga, group, "Hike", "'capacity':3,'guestsAllowed':1");
        var watching = windows.open(Look.PHONE, ann).go(Made.view(hike)).page();
        var acting = windows.open(Look.DESKTOP, bob).go(Made.view(hike)).page();
        assertThat(text(watching, "3 seats free")).isVisible();
        assertThat(exactly(watching, "Live")).isVisible();
        watching.evaluate("window.loadedBefore = true");

        acting.getByLabel("Guests").selectOption("1");
        button(acting, "Sign up").click();
        assertThat(text(watching, "1 seat free")).isVisible();
        assertThat(item(watching, "Bob")).containsText("+1");
        button(acting, "Give up my seat").click();
        answer(acting, "Give up my seat").click();
        assertThat(text(watching, "3 seats free")).isVisible();
        assertThat(item(watching, "Bob")).hasCount(0);

        assertThat(watching.evaluate("window.loadedBefore")).isEqualTo(true);
    }

    @Test
    void whoLeavesWhileAChangedActivityIsReadAnewLeaves() {
        var hike = Made.published(olga, group, "Hike", "'capacity':4");
        var page = windows.open(Look.DESKTOP, ann).go(Made.view(hike)).page();
        assertThat(exactly(page, "Live")).isVisible();
        var held = new ArrayList<Route>();
        page.route(address -> address.endsWith(hike), held::add);

        change(hike, "{'title':'Walk'}");
        page.waitForCondition(() -> held.size() == 1);
        link(page, "Groups").first().click();

        assertThat(heading(page, "Groups")).isVisible();
    }

    @Test
    void ofTwoAtOnceOnTheLastSeatOneGetsItAndOneIsToldTheirPlace() {
        var hike = Made.published(olga, group, "Hike", "'capacity':1");
        var both = List.of(
                windows.open(Look.DESKTOP, ann).go(Made.view(hike)).page(),
                windows.open(Look.PHONE, bob).go(Made.view(hike)).page());
        var held = new ArrayList<Route>();
        both.forEach(page -> page.route("**/signups/me", held::add));

        both.forEach(page -> button(page, "Sign up").click());
        both.get(0).waitForCondition(() -> held.size() == 2);
        held.forEach(Route::resume);

        both.forEach(page -> assertThat(page.locator(".own")).isVisible());
        assertThat(both.stream().map(page -> page.locator(".own p").first().textContent()))
                .containsExactlyInAnyOrder("You’re going.", "You are no. 1 on the waiting list");
        both.forEach(page -> assertThat(text(page, "1 of 1 taken · 1 waiting")).isVisible());
        assertThat(olga.get(hike + "/availability").json().getInt("seatsTaken")).isEqualTo(1);
    }

    @Test
    void guestsAreChangedAndThePlaceIsGivenUp() {
        var hike = Made.published(olga, group, "Hike", "'capacity':4,'guestsAllowed':3");
        Made.signUp(ann, hike, 0);
        var page = windows.open(Look.DESKTOP, ann).go(Made.view(hike)).page();

        page.getByLabel("Guests").selectOption("3");
        button(page, "Change guests").click();
        assertThat(text(page, "You bring 3 guests.")).isVisible();
        assertThat(exactly(page, "Full")).isVisible();
        button(page, "Give up my seat").click();
        answer(page, "Keep my seat").click();
        assertThat(exactly(page, "Full")).isVisible();
        button(page, "Give up my seat").click();
        answer(page, "Give up my seat").click();

        assertThat(text(page, "4 seats free")).isVisible();
        assertThat(button(page, "Sign up")).isVisible();
    }

    @Test
    void whatIsCancelledIsSaidAtOnceAndNobodyIsIn() {
        var hike = Made.published(olga, group, "Hike", "'capacity':4");
        Made.signUp(ann, hike, 0);
        var page = windows.open(Look.PHONE, ann).go(Made.view(hike)).page();
        assertThat(exactly(page, "You’re going.")).isVisible();
        assertThat(exactly(page, "Live")).isVisible();

        assertThat(olga.post(hike + "/cancel").status()).isEqualTo(200);

        assertThat(text(page, "This activity is cancelled.")).isVisible();
        assertThat(exactly(page, "You’re going.")).hasCount(0);
        assertThat(text(page, "seats free")).hasCount(0);
        link(page, "Agenda").click();
        assertThat(item(page, name).filter(new FilterOptions().setHasText("Hike")))
                .containsText("Cancelled");
    }

    @Test
    void whoIsNoMemberAnyMoreSeesWhatOthersSee() {
        var hike = Made.published(olga, group, "Hike", "'capacity':4");
        var meeting = Made.published(olga, group, "Meeting", "");
        change(meeting, "{'visibility':'group'}");
        Made.signUp(ann, hike, 0);
        Made.signUp(bob, hike, 0);
        var refused = "40[34] GET " + group + ".*";
        var going = windows.open(Look.PHONE, ann).go(Made.view(hike)).expect(refused);
        var inside = windows.open(Look.PHONE, ann).go(Made.view(meeting)).expect(refused);
        var belonging = windows.open(Look.DESKTOP, ann).go(Made.view(group)).expect(refused);
        assertThat(item(going.page(), "Bob")).isVisible();
        assertThat(exactly(going.page(), "Live")).isVisible();
        assertThat(exactly(inside.page(), "Live")).isVisible();
        assertThat(button(belonging.page(), "Leave group")).isVisible();

        assertThat(olga.delete(group + "/members/" + ann.id()).status()).isEqualTo(204);

        assertThat(text(going.page(), "Members of the group see who is going.")).isVisible();
        assertThat(exactly(going.page(), "You’re going.")).hasCount(0);
        assertThat(item(going.page(), "Bob")).hasCount(0);
        assertThat(heading(inside.page(), "An activity for members")).isVisible();
        assertThat(button(belonging.page(), "Join group")).isVisible();
    }

    /** Else everything that somebody else does would undo the choice. */
    @Test
    void whatIsBeingChosenStaysWhenOthersSignUp() {
        var hike = Made.published(olga, group, "Hike", "'capacity':3,'guestsAllowed':3");
        var page = windows.open(Look.DESKTOP, ann).go(Made.view(hike)).page();
        page.getByLabel("Guests").selectOption("2");
        page.getByLabel("Guests").focus();

        List.of(olga, bob, nobody.signedUp("Zoe")).forEach(other -> Made.signUp(other, hike, 0));

        assertThat(button(page, "Join the waiting list")).isVisible();
        assertThat(page.getByLabel("Guests")).hasValue("2");
        assertThat(page.getByLabel("Guests")).isFocused();
    }

    @Test
    void whatIsBeingDoneStaysWhenTheActivityIsChanged() {
        var fields = "'capacity':9,'guestsAllowed':3,'description':'%s'";
        var hike = Made.published(olga, group, "Hike", fields.formatted("Bring boots. ".repeat(300)));
        var window = windows.open(Look.PHONE, ann).go(Made.view(hike));
        var page = window.page();
        assertThat(exactly(page, "Live")).isVisible();
        page.getByLabel("Guests").selectOption("2");
        link(page, "Add to calendar").focus();
        page.evaluate("scrollTo(0, 400)");
        var held = new ArrayList<Route>();
        page.route(address -> address.endsWith(hike), held::add);

        change(hike, "{'description':'%s'}".formatted("Bring sandals. ".repeat(300)));
        page.waitForCondition(() -> held.size() == 1);
        held.get(0).resume();
        page.waitForCondition(() -> held.size() == 2);
        // It takes longer than people have to wait before they are told that something loads.
        window.assertAccessible();
        assertThat(text(page, "Bring boots.")).isVisible();
        held.get(1).resume();

        assertThat(text(page, "Bring sandals.")).isVisible();
        assertThat(page.getByLabel("Guests")).hasValue("2");
        assertThat(link(page, "Add to calendar")).isFocused();
        assertThat(page.evaluate("scrollY")).isEqualTo(400);
    }

    @Test
    void whatIsTypedAndTheFocusStayWhenALanguageIsChosen() {
        var page = windows.open(Look.DESKTOP, ann).go("/me").page();
        page.getByLabel("Your name").fill("Ann Lee");
        page.locator("[data-at=password] [name=currentPassword]").fill("correct");
        var language = page.locator("footer [name=language]");
        language.focus();

        language.selectOption("fr");

        assertThat(heading(page, "Mon compte")).isVisible();
        assertThat(language).isFocused();
        assertThat(page.locator("[name=displayName]")).hasValue("Ann Lee");
        assertThat(page.locator("[data-at=password] [name=currentPassword]")).hasValue("correct");
    }

    @Test
    void signUpOpensBeforeTheirEyes() {
        var hike = Made.published(olga, group, "Hike", "'capacity':4");
        var page = windows.open(Look.PHONE, ann).go(Made.view(hike)).page();
        assertThat(exactly(page, "Live")).isVisible();

        var opens = OffsetDateTime.now(ZoneOffset.UTC).plusSeconds(4);
        change(hike, "{'zone':'Europe/Paris','signupOpensAt':'%s'}".formatted(opens));

        assertThat(text(page, "Sign-up opens")).containsText("(Central European Time)");
        assertThat(button(page, "Sign up")).isVisible();
    }

    @Test
    void aMemberSignsInAndTakesPartByKeyboardAlone() {
        var hike = Made.published(olga, group, "Hike", "'capacity':2");
        var email = account("Zoe");
        var zoe = nobody.with("Authorization", "Bearer " + session(email));
        zoe.put(group + "/members/me");
        var page = windows.open(Look.DESKTOP).go("/").page();

        tabTo(page, link(page, "Sign in").first());
        page.keyboard().press("Enter");
        assertThat(heading(page, "Sign in")).isFocused();
        tabTo(page, page.getByLabel("Email address"));
        page.keyboard().type(email);
        page.keyboard().press("Tab");
        page.keyboard().type("correct horse");
        page.keyboard().press("Enter");
        assertThat(heading(page, "Your agenda")).isFocused();
        tabTo(page, link(page, "Skip to content"), "Shift+Tab");
        page.keyboard().press("Enter");
        tabTo(page, link(page, name));
        page.keyboard().press("Enter");
        assertThat(heading(page, name)).isFocused();
        tabTo(page, button(page, "List"));
        page.keyboard().press("Space");
        assertThat(link(page, "Hike")).isVisible();
        tabTo(page, link(page, "Hike"));
        page.keyboard().press("Enter");
        assertThat(heading(page, "Hike")).isFocused();
        tabTo(page, button(page, "Sign up"));
        page.keyboard().press("Enter");
        assertThat(exactly(page, "You’re going.").first()).isVisible();
        tabTo(page, button(page, "Give up my seat"));
        page.keyboard().press("Enter");
        assertThat(answer(page, "Keep my seat")).isFocused();
        page.keyboard().press("Escape");

        assertThat(button(page, "Give up my seat")).isFocused();
        assertThat(zoe.get(hike + "/signups/me").string("state")).isEqualTo("confirmed");
    }

    @Test
    void aGroupIsAskedAndSaysYes() {
        var closed = Made.group(olga, name + " on request", "request", "public");
        var zoe = nobody.signedUp("Zoe");
        var page = windows.open(Look.DESKTOP, zoe).go(Made.view(closed)).page();

        button(page, "Request to join").click();
        assertThat(exactly(page, "Request pending")).isVisible();
        olga.patch(closed + "/members/" + zoe.id(), "{'state':'active'}");
        link(page, "Agenda").click();
        assertThat(link(page, "Notifications")).containsText("1 unread notification");
        link(page, "Notifications").click();

        assertThat(item(page, "Your request to join was approved")).containsText(name + " on request");
        button(page, "Mark all as read").click();
        assertThat(exactly(page, "New")).hasCount(0);
        link(page, "Show unread only").click();
        assertThat(text(page, "No unread notifications")).isVisible();
        assertThat(link(page, "Notifications")).not().containsText("unread");
        assertThat(zoe.get("/api/v1/me/notifications?unread=true").items()).isEmpty();
    }

    @Test
    void whoLeavesAPrivateGroupIsWithTheOthers() {
        var hidden = Made.group(olga, name + " in private", "invite", "private");
        var token = olga.post(hidden + "/invitations", "{}").string("token");
        assertThat(bob.post("/api/v1/invitations/" + token + "/accept").status())
                .isEqualTo(201);
        var page = windows.open(Look.DESKTOP, bob).go(Made.view(hidden)).page();

        button(page, "Leave group").click();
        answer(page, "Leave group").click();

        assertThat(heading(page, "Groups")).isVisible();
        assertThat(text(page, "You left " + name)).isVisible();
    }

    @Test
    void anInvitationIsAcceptedAfterSigningIn() {
        var hidden = Made.group(olga, name + " in private", "invite", "private");
        var token = olga.post(hidden + "/invitations", "{}").string("token");
        var email = account("Zoe");
        var window = windows.open(Look.PHONE).go("/invitations#token=" + token);
        var page = window.page();

        assertThat(text(page, "Olga invites you.")).isVisible();
        window.assertAccessible();
        page.getByRole(AriaRole.MAIN)
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Sign in"))
                .click();
        page.getByLabel("Email address").fill(email);
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign in").click();
        button(page, "Accept invitation").click();

        assertThat(heading(page, name + " in private")).isVisible();
        assertThat(text(page, "This group is private")).isVisible();
    }

    @Test
    void theMonthShowsWhatIsPlanned() {
        Made.published(olga, group, "Hike", "'capacity':2");
        var window = windows.open(Look.DESKTOP, ann).go(Made.view(group) + "?month=2090-06");
        var page = window.page();

        var day = page.getByRole(AriaRole.CELL).filter(new FilterOptions().setHasText("Hike"));
        assertThat(day).containsText("17");
        assertThat(day).containsText("6:30");
        button(page, "Next month").click();
        assertThat(heading(page, "July 2090")).isVisible();
        assertThat(link(page, "Hike")).hasCount(0);
        page.goBack();
        page.goForward();
        button(page, "Previous month").click();
        Made.published(olga, group, "Another", "'capacity':2");
        assertThat(link(page, "Another")).isVisible();
        link(page, "Another").click();
        assertThat(heading(page, "Another")).isVisible();
    }

    @Test
    void theMonthThatWasAskedForLastIsShownAndNoneIsSkipped() {
        var window = windows.open(Look.DESKTOP, ann).go(Made.view(group) + "?month=2090-06");
        window.expect("500 GET " + group + "/activities.*");
        var page = window.page();
        Predicate<String> activities = address -> address.contains(group + "/activities?");
        assertThat(heading(page, "June 2090")).isVisible();

        page.route(activities, route -> route.fulfill(new Route.FulfillOptions().setStatus(500)));
        button(page, "Next month").click();
        assertThat(page.getByRole(AriaRole.ALERT)).isVisible();
        assertThat(heading(page, "June 2090")).isVisible();
        page.unroute(activities);
        button(page, "Next month").click();
        assertThat(heading(page, "July 2090")).isVisible();

        overtaken(page, activities, "Next month", "Next month", heading(page, "September 2090"));
        overtaken(page, activities, "List", "Calendar", heading(page, "September 2090"));

        page.route(activities, route -> {});
        button(page, "Previous month").click();
        link(page, "Groups").first().click();
        assertThat(heading(page, "Groups")).isVisible();
    }

    /** Presses one button and then another, and the answer to the first one comes when what the second one asks for is shown. */
    private static void overtaken(Page page, Predicate<String> requests, String first, String second, Locator shown) {
        var held = new ArrayList<Route>();
        page.route(requests, route -> {
            if (held.isEmpty()) {
                held.add(route);
            } else {
                route.resume();
            }
        });
        button(page, first).click();
        page.waitForCondition(() -> !held.isEmpty());
        button(page, second).click();
        assertThat(shown).isVisible();
        var overtaken = held.get(0).request().url();
        page.waitForResponse(response -> response.url().equals(overtaken), held.get(0)::resume);
        page.unroute(requests);
        assertThat(shown).isVisible();
    }

    @Test
    void theMonthHasAnActivityOnTheDayOfItsOwnZone() {
        var breakfast = Made.published(olga, group, "Breakfast", "");
        change(breakfast, "{'zone':'Asia/Tokyo','startsLocal':'2090-06-18T08:00'}");
        var page = windows.open(Look.DESKTOP, ann)
                .go(Made.view(group) + "?month=2090-06")
                .page();

        var day = page.getByRole(AriaRole.CELL).filter(new FilterOptions().setHasText("Breakfast"));
        assertThat(day.locator("time")).hasText("18");
        assertThat(day).containsText("8:00");
        assertThat(day).containsText("Japan");
    }

    @Test
    void whatIsOnIsComingUpToo() {
        var hike = Made.published(olga, group, "Hike", "");
        Made.published(olga, group, "Walk", "");
        var today = LocalDate.now(ZoneId.of("America/Toronto"));
        change(hike, "{'startsLocal':'%sT00:00','durationMinutes':2880}".formatted(today));
        var list = windows.open(Look.PHONE, bob).go(Made.view(group)).page();
        var month = windows.open(Look.DESKTOP, bob).go(Made.view(group)).page();

        assertThat(item(list, "Hike")).isVisible();
        assertThat(item(list, "Walk")).isVisible();
        assertThat(link(month, "Hike").first()).isVisible();
    }

    @Test
    void onAPhoneADayIsChosenInTheMonth() {
        Made.published(olga, group, "Hike", "'capacity':2");
        var page = windows.open(Look.PHONE, ann)
                .go(Made.view(group) + "?month=2090-06")
                .page();

        button(page, "Saturday, June 17, 2090: 1 activity").click();

        assertThat(link(page, "Hike").first()).isVisible();
    }

    @Test
    void theMonthOpensWhereTheNextActivityIs() {
        Made.published(olga, group, "Hike", "'capacity':2");
        var page = windows.open(Look.DESKTOP, ann).go(Made.view(group)).page();

        assertThat(heading(page, "June 2090")).isVisible();
        assertThat(link(page, "Hike")).isVisible();
    }

    @Test
    void onAPhoneAGroupShowsAListWithMonthsAndSeats() {
        var full = Made.published(olga, group, "Hike", "'capacity':1");
        Made.published(olga, group, "Walk", "'capacity':12");
        Made.signUp(olga, full, 0);
        Made.signUp(ann, full, 0);
        Made.signUp(bob, full, 0);
        var page = windows.open(Look.PHONE, bob).go(Made.view(group)).page();

        assertThat(heading(page, "June 2090")).isVisible();
        assertThat(item(page, "Hike")).containsText("Full · 2 waiting");
        assertThat(item(page, "Hike")).containsText("No. 2 on the waiting list");
        assertThat(item(page, "Walk")).containsText("0 of 12");
    }

    @Test
    void theAgendaSaysWhatIsComingUpAndOneTapSignsUp() {
        var zoe = nobody.signedUp("Zoe");
        zoe.put(group + "/members/me");
        var hike = Made.published(olga, group, "Hike", "'capacity':2");
        var window = windows.open(Look.PHONE, zoe);
        var page = window.page();
        var requests = new ArrayList<String>();
        page.onRequest(request -> requests.add(request.url()));
        window.go("/");

        assertThat(heading(page, "Coming up in your groups")).isVisible();
        assertThat(requests)
                .noneMatch(url -> url.contains("/groups/"))
                .filteredOn(url -> url.contains("/me/upcoming"))
                .hasSize(1);
        button(page, "Sign up: Hike").click();

        assertThat(item(page, "Hike")).containsText("You’re going");
        assertThat(heading(page, "Coming up in your groups")).hasCount(0);
        assertThat(zoe.get(hike + "/signups/me").string("state")).isEqualTo("confirmed");
    }

    @Test
    void descriptionsHaveLinksAndPlacesAMap() {
        var hike = Made.published(
                olga,
                group,
                "Hike",
                "'place':'East gate','description':'Map: https://example.org/a_(b), or ask. javascript:alert(1) <b>x</b>'");
        var page = windows.open(Look.PHONE, ann).go(Made.view(hike)).page();

        assertThat(link(page, "https://example.org/a_(b)")).hasAttribute("href", "https://example.org/a_(b)");
        assertThat(link(page, "https://example.org/a_(b)")).hasAttribute("rel", "noopener noreferrer nofollow");
        assertThat(page.locator("a[href^='javascript']")).hasCount(0);
        assertThat(text(page, "<b>x</b>")).isVisible();
        assertThat(link(page, "Map")).hasAttribute("href", "https://www.openstreetmap.org/search?query=East+gate");
    }

    @Test
    void anActivityIsSharedByItsAddress() {
        var hike = Made.published(olga, group, "Hike", "");
        var page = windows.open(Look.DESKTOP, ann).go(Made.view(hike)).page();
        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));

        button(page, "Share").click();

        assertThat(text(page, "Copied.")).isVisible();
        assertThat(String.valueOf(page.evaluate("navigator.clipboard.readText()")))
                .isEqualTo(page.url());
    }

    @Test
    void aSeatThatIsHeldForTheFirstWhoWaitsIsNotFree() {
        var hike = Made.published(olga, group, "Hike", "'capacity':3,'guestsAllowed':2");
        Made.signUp(olga, hike, 1);
        Made.signUp(ann, hike, 2);
        var page = windows.open(Look.DESKTOP, bob).go(Made.view(hike)).page();

        assertThat(exactly(page, "Full")).isVisible();
        assertThat(text(page, "1 seat is held for no. 1 on the waiting list.")).isVisible();
        assertThat(button(page, "Join the waiting list")).isVisible();
    }

    @Test
    void theOnlyOwnerIsToldBeforeTheyConfirmAnything() {
        var page = windows.open(Look.DESKTOP, olga).go(Made.view(group)).page();

        button(page, "Leave group").click();

        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("You are the only owner");
        answer(page, "Stay in the group").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        assertThat(olga.get(group + "/members/me").string("role")).isEqualTo("owner");
    }

    @Test
    void calendarsAreSubscribedToByAddressesThatWork() {
        var hike = Made.published(olga, group, "Hike", "'capacity':2");
        Made.signUp(ann, hike, 0);
        var page = windows.open(Look.DESKTOP, ann).go(Made.view(group)).page();

        page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        button(page, "Copy").click();
        assertThat(text(page, "Copied.")).isVisible();
        assertThat(calendar(String.valueOf(page.evaluate("navigator.clipboard.readText()"))))
                .contains("SUMMARY:Hike");

        Window.open(page, "/me");
        button(page, "Create calendar link").click();
        answer(page, "Create calendar link").click();
        assertThat(calendar(page.locator("input")
                        .and(page.getByLabel("Calendar link"))
                        .inputValue()))
                .contains("SUMMARY:Hike");
        button(page, "Disable calendar link").click();
        answer(page, "Disable calendar link").click();
        assertThat(text(page, "The calendar link is disabled.")).isVisible();
    }

    @Test
    void anActivityIsTakenIntoACalendar() throws IOException {
        var hike = Made.published(olga, group, "Hike", "'capacity':2");
        var page = windows.open(Look.DESKTOP, ann).go(Made.view(hike)).page();

        var download = page.waitForDownload(() -> link(page, "Add to calendar").click());

        assertThat(Files.readString(download.path())).contains("BEGIN:VEVENT", "SUMMARY:Hike");
    }

    @Test
    void aProfileIsChanged() {
        var zoe = nobody.signedUp("Zoe");
        var window = windows.open(Look.DESKTOP, zoe).go("/me").expect("422 PATCH /api/v1/me");
        var page = window.page();

        page.getByLabel("Time zone").fill("Europe/Nowhere");
        button(page, "Save").click();
        assertThat(text(page, "Must be a time zone such as America/Toronto.")).isVisible();
        page.getByLabel("Time zone").fill("Europe/Paris");
        page.getByLabel("Your name").fill("Zoe Lee");
        button(page, "Save").click();
        assertThat(text(page, "Saved.")).isVisible();
        button(page, "My account").click();

        assertThat(page.getByText("Zoe Lee").first()).isVisible();
        assertThat(zoe.get("/api/v1/me").string("zone")).isEqualTo("Europe/Paris");
    }

    @Test
    void anotherPasswordEndsAllOtherSessionsAndNothingTypedIsLost() {
        var email = account("Zoe");
        var here = signedIn(windows.open(Look.DESKTOP), email).page();
        var window = signedIn(windows.open(Look.DESKTOP), email);
        window.expect("401 PATCH /api/v1/me");
        var there = window.page();
        Window.open(there, "/me");
        there.getByLabel("Your name").fill("Zoe the Second");

        Window.open(here, "/me");
        here.locator("[data-at=password]").getByLabel("Current password").fill("correct horse");
        here.getByLabel("New password").fill("battery staple");
        button(here, "Change password").click();
        assertThat(text(here, "Your password was changed.")).isVisible();
        button(there, "Save").click();
        var asked = there.getByRole(AriaRole.DIALOG);
        asked.getByLabel("Email address").fill(email);
        asked.getByLabel("Password").fill("battery staple");
        asked.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Sign in"))
                .click();

        assertThat(text(there, "Saved.")).isVisible();
        assertThat(there.getByLabel("Your name")).hasValue("Zoe the Second");
    }

    /** Nor is it sent again, which the server would refuse: the password that was current is not any more. */
    @Test
    void anotherPasswordIsNotCalledRefusedWhenTheAnswerIsLost() {
        var email = account("Zoe");
        var window = signedIn(windows.open(Look.DESKTOP), email);
        window.expect("net::ERR_CONNECTION_RESET PATCH /api/v1/me");
        var page = window.page();
        var zoe = nobody.with("Authorization", "Bearer " + session(email));
        page.route("**/api/v1/me", request -> {
            if (request.request().method().equals("PATCH")) {
                zoe.patch("/api/v1/me", request.request().postData());
                request.abort("connectionreset");
            } else {
                request.resume();
            }
        });

        Window.open(page, "/me");
        page.locator("[data-at=password]").getByLabel("Current password").fill("correct horse");
        page.getByLabel("New password").fill("battery staple");
        button(page, "Change password").click();

        assertThat(text(page, "your password may have been changed")).isVisible();
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
    }

    @Test
    void whoLeavesAGroupThatTheyDoNotSeeAnyMoreHasLeftItWhenTheAnswerIsLost() {
        var hidden = Made.group(olga, "Hidden", "invite", "private");
        var invitation = olga.post(hidden + "/invitations", "{}").string("token");
        ann.post("/api/v1/invitations/" + invitation + "/accept");
        var window = windows.open(Look.DESKTOP, ann).go(Made.view(hidden));
        window.expect("net::ERR_CONNECTION_RESET DELETE .*").expect("404 .*");
        var page = window.page();
        var sent = new ArrayList<Route>();
        page.route("**/members/me", request -> {
            if (request.request().method().equals("DELETE") && sent.isEmpty()) {
                sent.add(request);
                ann.delete(hidden + "/members/me");
                request.abort("connectionreset");
            } else {
                request.resume();
            }
        });

        button(page, "Leave group").click();
        answer(page, "Leave group").click();

        assertThat(text(page, "You left Hidden.")).isVisible();
    }

    @Test
    void aProgramIsGivenATokenAndItIsTakenAway() {
        var page = windows.open(Look.DESKTOP, ann).go("/me").page();

        button(page, "New token").click();
        page.getByRole(AriaRole.DIALOG).getByLabel("Name").fill("Backup");
        answer(page, "Create token").click();
        var program = nobody.with(
                "Authorization", "Bearer " + field(page, "Access token").inputValue());
        assertThat(program.id()).isEqualTo(ann.id());
        assertThat(program.patch("/api/v1/me", "{}").status()).isEqualTo(403);
        answer(page, "Close").last().click();
        item(page, "Backup").getByRole(AriaRole.BUTTON).click();
        answer(page, "Revoke").click();

        assertThat(text(page, "No access tokens.")).isVisible();
        assertThat(program.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void everythingHeldIsDownloaded() throws IOException {
        var page = windows.open(Look.PHONE, ann).go("/me").page();

        var download = page.waitForDownload(() -> button(page, "Export my data").click());

        try (var reader = Json.createReader(Files.newInputStream(download.path()))) {
            assertThat(reader.readObject().getJsonObject("account").getString("displayName"))
                    .isEqualTo("Ann");
        }
    }

    @Test
    void theLastOwnerIsToldOfWhichGroupsBeforeErasing() {
        var email = account("Zoe");
        var window = signedIn(windows.open(Look.DESKTOP), email);
        window.expect("409 DELETE /api/v1/me");
        var page = window.page();
        Window.open(page, "/me");
        var zoe = nobody.with("Authorization", "Bearer " + session(email));
        var owned = Made.group(zoe, "Only Zoe’s", "open", "public");

        button(page, "Delete my account…").click();
        page.getByLabel("To confirm").fill("somebody@example.org");
        button(page, "Delete account").click();
        assertThat(text(page, "This is not your email address.")).isVisible();
        page.getByLabel("To confirm").fill(email);
        button(page, "Delete account").click();
        assertThat(link(page, "Only Zoe’s")).isVisible();
        window.assertAccessible();
        zoe.post(owned + "/archive");
        button(page, "Delete account").click();

        assertThat(text(page, "Your account was deleted.")).isVisible();
        assertThat(link(page, "Sign in").first()).isVisible();
        assertThat(zoe.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void languageAndThemeStayAsChosen() {
        var window = windows.open(Look.DESKTOP).go("/");
        var page = window.page();

        page.getByLabel("Language").selectOption("fr");
        assertThat(heading(page, "Organiser ensemble, à chacun son tour")).isVisible();
        page.getByLabel("Thème").selectOption("dark");
        page.reload();

        assertThat(heading(page, "Organiser ensemble, à chacun son tour")).isVisible();
        assertThat(page.locator("html")).hasAttribute("lang", "fr");
        assertThat(page.locator("html")).hasAttribute("data-theme", "dark");
        window.assertAccessible();
    }

    @Test
    void whoseBrowserPrefersFrenchIsAddressedInFrench() {
        var hike = Made.published(olga, group, "Rando", "'capacity':4,'guestsAllowed':2");
        var page = windows.open(Look.PHONE.french().dark(), ann)
                .go(Made.view(hike))
                .page();

        assertThat(text(page, "samedi 17 juin 2090")).isVisible();
        assertThat(text(page, "4 places libres")).isVisible();
        page.getByLabel("Invité·es").selectOption("2 invité·es");
        button(page, "Participer").click();

        assertThat(text(page, "Vous amenez 2 invité·es.")).isVisible();
        assertThat(text(page, "1 place libre")).isVisible();
        assertThat(page).hasTitle("Rando – Muster");
        assertThat(page.locator("html")).hasAttribute("lang", "fr");
    }

    @Test
    void everyLanguageIsTakenFromTheBrowserAndCanBeChosen() {
        var page = windows.open(Look.DESKTOP.in("de-DE")).go("/").page();

        assertThat(link(page, "Registrieren").first()).isVisible();
        page.getByLabel("Sprache").selectOption("es");
        assertThat(link(page, "Crear cuenta").first()).isVisible();
        page.getByLabel("Idioma").selectOption("en");
        assertThat(link(page, "Sign up").first()).isVisible();
        assertThat(page.locator("html")).hasAttribute("lang", "en");
    }

    @Test
    void whatIsNotThereIsSaid() {
        var window = windows.open(Look.PHONE, ann).go("/groups/" + UUID.randomUUID());
        window.expect("404 GET .*");
        var page = window.page();

        assertThat(heading(page, "Page not found")).isVisible();
        window.assertAccessible();
        link(page, "Go to the home page").click();
        assertThat(heading(page, "Your agenda")).isVisible();
    }

    /** Scripts of others, should there ever be any, find no token. */
    @Test
    void noScriptSeesTheSession() {
        var window = signedIn(windows.open(Look.DESKTOP), account("Zoe"));

        assertThat(window.page().evaluate("document.cookie")).isEqualTo("muster-session=1");
        assertThat(window.page().evaluate("JSON.stringify([localStorage, sessionStorage])"))
                .asString()
                .matches("\\[\\{\"muster.account\":\"[0-9a-f-]{36}\"},\\{}]");
    }

    private static void change(String activity, String patch) {
        var version = olga.get(activity).header("ETag");
        assertThat(olga.with("If-Match", version).patch(activity, patch).status())
                .isEqualTo(200);
    }

    private Window signedIn(Window window, String email) {
        var page = window.go("/sign-in").page();
        page.getByLabel("Email address").fill(email);
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign in").click();
        assertThat(heading(page, "Your agenda")).isVisible();
        return window;
    }

    private String account(String displayName) {
        var email = displayName.toLowerCase(Locale.ROOT) + "-" + UUID.randomUUID() + "@example.org";
        var made = nobody.post("/api/v1/users", """
                {'email':'%s','password':'correct horse','displayName':'%s','zone':'America/Toronto'}
                """.formatted(email, displayName));
        assertThat(made.status()).isEqualTo(201);
        return email;
    }

    private String session(String email) {
        return nobody.post("/api/v1/sessions", "{'email':'%s','password':'correct horse'}".formatted(email))
                .string("token");
    }

    private String calendar(String address) {
        var answer = nobody.get(URI.create(address).getPath());
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }

    private static void tabTo(Page page, Locator wanted) {
        tabTo(page, wanted, "Tab");
    }

    private static void tabTo(Page page, Locator wanted, String key) {
        assertThat(wanted).isVisible();
        for (var pressed = 0; pressed < 40; pressed++) {
            if (Boolean.TRUE.equals(wanted.evaluate("element => element === document.activeElement"))) {
                return;
            }
            page.keyboard().press(key);
        }
        assertThat(wanted).isFocused();
    }
}
