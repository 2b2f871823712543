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
import static org.muster.page.Find.radio;
import static org.muster.page.Find.tabTo;
import static org.muster.page.Find.text;
import static org.muster.page.Made.member;
import static org.muster.page.Made.signUp;
import static org.muster.page.Made.view;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.ClickOptions;
import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Media;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;

/** What owners and organizers do, in a browser. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class OrganizeBrowserIT {
    private static final Pattern LAST_SEGMENT = Pattern.compile("[^/?]+(?=(\\?.*)?$)");

    private final Client nobody;
    private final Windows windows;
    private final Client olga;
    private final Client ann;
    private final Client bob;
    private final String name = "Walkers " + UUID.randomUUID().toString().substring(0, 8);
    private final String group;

    OrganizeBrowserIT(Client nobody, Windows windows) {
        this.nobody = nobody;
        this.windows = windows;
        olga = nobody.signedUp("Olga");
        ann = nobody.signedUp("Ann");
        bob = nobody.signedUp("Bob");
        group = Made.group(olga, name, "open", "public");
        member(ann, group);
        member(bob, group);
    }

    @Test
    void aGroupIsMade() {
        var page = windows.open(Look.PHONE, ann).go("/groups").page();

        link(page, "New group").click();
        button(page, "Create group").click();
        assertThat(text(page, "This field is required.")).isVisible();
        assertThat(field(page, "Name")).isFocused();
        field(page, "Name").fill(name + " by night");
        page.getByLabel("Short name").fill(slug(name));
        radio(page, "Public").check();
        radio(page, "Open").check();
        button(page, "Create group").click();
        assertThat(heading(page, name + " by night")).isVisible();

        var made = ann.get("/api/v1/groups/" + lastSegment(page)).json();
        assertThat(made.getString("joinPolicy")).isEqualTo("open");
        assertThat(made.getString("visibility")).isEqualTo("public");
        assertThat(made.getString("zone")).isEqualTo("America/Toronto");
    }

    @Test
    void aNewGroupCanBeFoundAndWhatItsAccessMeansIsSaid() {
        var page = windows.open(Look.DESKTOP, ann).go("/groups/new").page();

        assertThat(radio(page, "On request")).isChecked();
        assertThat(text(page, "Everyone can find the group. An organizer approves who wants to join."))
                .isVisible();
        radio(page, "Private").check();
        assertThat(radio(page, "By invitation")).isChecked();
        assertThat(text(page, "Only members see the group. People join with an invitation."))
                .isVisible();
        radio(page, "On request").check();
        assertThat(text(page, "Nobody can find the group, so nobody can ask to join"))
                .isVisible();
    }

    @Test
    void aShortNameThatAnotherGroupHasIsSaidSo() {
        var window = windows.open(Look.DESKTOP, ann).go("/groups/new");
        window.expect("409 POST /api/v1/groups");
        var page = window.page();

        field(page, "Name").fill("Others");
        page.getByLabel("Short name").fill(olga.get(group).string("slug"));
        button(page, "Create group").click();

        assertThat(text(page, "Another group has this short name.")).isVisible();
        assertThat(field(page, "Name")).hasValue("Others");
    }

    @Test
    void anActivityIsPlannedPublishedEditedAndCancelled() {
        var page = windows.open(Look.DESKTOP, olga).go(view(group)).page();

        link(page, "New activity").click();
        field(page, "Title").fill("Night walk");
        field(page, "Starts").fill("2090-06-17T21:00");
        field(page, "Hours").fill("2");
        field(page, "Minutes").fill("30");
        assertThat(text(page, "Sat, Jun 17, 9:00–11:30 p.m.")).isVisible();
        page.getByLabel("Place").fill("At the gate");
        page.getByLabel("Total seats").fill("12");
        page.getByLabel("Publish immediately").uncheck();
        button(page, "Create activity").click();

        assertThat(heading(page, "Night walk")).isVisible();
        assertThat(exactly(page, "Draft")).isVisible();
        var activity = group + "/activities/" + lastSegment(page);
        assertThat(ann.get(activity).status()).isEqualTo(404);
        button(page, "Publish").click();
        assertThat(text(page, "Published. Members can now see it.")).isVisible();
        assertThat(exactly(page, "Draft")).isHidden();
        assertThat(ann.get(activity).status()).isEqualTo(200);

        link(page, "Edit").click();
        field(page, "Title").fill("Full moon walk");
        page.getByLabel("Total seats").fill("");
        button(page, "Save").click();
        assertThat(heading(page, "Full moon walk")).isVisible();
        var edited = olga.get(activity).json();
        assertThat(edited.isNull("capacity")).isTrue();
        assertThat(edited.getInt("durationMinutes")).isEqualTo(150);
        assertThat(edited.getString("place")).isEqualTo("At the gate");

        button(page, "More actions").click();
        button(page, "Cancel activity").click();
        answer(page, "Cancel activity").click();
        assertThat(text(page, "The activity was cancelled.")).isVisible();
        assertThat(olga.get(activity).string("state")).isEqualTo("cancelled");
        assertThat(link(page, "Edit")).hasCount(0);
    }

    @Test
    void whatIsChosenInAMenuShowsThatItGoesOn() {
        var hike = Made.published(olga, group, "Hike", "'capacity':4");
        var page = windows.open(Look.DESKTOP, olga)
                .expect("409 POST .*/cancel")
                .go(view(hike))
                .page();
        var held = new ArrayList<Route>();
        page.route("**/cancel", held::add);
        var opener = button(page, "More actions");

        opener.click();
        button(page, "Cancel activity").click();
        answer(page, "Cancel activity").click();
        page.waitForCondition(() -> held.size() == 1);
        assertThat(opener.locator(".spinner")).isVisible();
        assertThat(opener.locator(".icon")).isHidden();
        opener.click(new ClickOptions().setForce(true));
        assertThat(button(page, "Cancel activity")).isHidden();
        held.get(0).fulfill(new Route.FulfillOptions().setStatus(409).setBody("{\"detail\":\"It is too late.\"}"));

        assertThat(text(page, "It is too late.")).isVisible();
        assertThat(opener.locator(".spinner")).hasCount(0);
        page.unroute("**/cancel");
        opener.click();
        button(page, "Cancel activity").click();
        answer(page, "Cancel activity").click();
        assertThat(text(page, "The activity was cancelled.")).isVisible();
    }

    @Test
    void anActivityIsPlannedByKeyboardAlone() {
        var page = windows.open(Look.DESKTOP, olga).go(view(group)).page();
        assertThat(heading(page, name)).isVisible();

        tabTo(page, link(page, "New activity"));
        page.keyboard().press("Enter");
        assertThat(heading(page, "New activity")).isFocused();
        tabTo(page, field(page, "Title"));
        page.keyboard().type("Hike");
        tabTo(page, field(page, "Hours"));
        page.keyboard().press("Control+A");
        page.keyboard().type("3");
        tabTo(page, page.getByLabel("Total seats"));
        page.keyboard().type("8");
        tabTo(page, page.getByLabel("Keep a waiting list"));
        page.keyboard().press("Space");
        tabTo(page, radio(page, "Everyone"));
        page.keyboard().press("ArrowUp");
        tabTo(page, button(page, "Create activity"));
        page.keyboard().press("Enter");

        assertThat(heading(page, "Hike")).isFocused();
        var made = olga.get(group + "/activities/" + lastSegment(page)).json();
        assertThat(made.getString("state")).isEqualTo("published");
        assertThat(made.getInt("durationMinutes")).isEqualTo(180);
        assertThat(made.getInt("capacity")).isEqualTo(8);
        assertThat(made.getBoolean("waitlist")).isFalse();
        assertThat(made.getString("visibility")).isEqualTo("group");
    }

    @Test
    void aTimeThatTheClocksSkipIsToldAndMayBeChosenAnew() {
        var page = windows.open(Look.DESKTOP, olga)
                .go(view(group) + "/activities/new")
                .page();

        field(page, "Title").fill("Early bird");
        field(page, "Starts").fill("2027-03-14T02:30");
        assertThat(page.locator(".times")).containsText("skip 2:30 a.m.: the activity starts at 3:30 a.m.");
        button(page, "Create activity").click();
        answer(page, "Choose another time").click();
        assertThat(heading(page, "Edit activity")).isVisible();
        assertThat(field(page, "Starts")).hasValue("2027-03-14T02:30");
        field(page, "Starts").fill("2027-03-14T01:30");
        button(page, "Save").click();

        assertThat(heading(page, "Early bird")).isVisible();
        assertThat(exactly(page, "Draft")).isVisible();
        assertThat(olga.get(group + "/activities/" + lastSegment(page)).string("startsLocal"))
                .isEqualTo("2027-03-14T01:30:00");
    }

    @Test
    void whoDismissesTheQuestionAboutTheClocksPublishesNothing() {
        var page = windows.open(Look.DESKTOP, olga)
                .go(view(group) + "/activities/new")
                .page();

        field(page, "Title").fill("Early bird");
        field(page, "Starts").fill("1999-03-14T02:30");
        page.getByLabel("Total seats").fill("100001");
        button(page, "Create activity").click();
        assertThat(text(page, "Enter January 1, 2000 at 12:00 a.m. or later.")).isVisible();
        assertThat(text(page, "Enter 100,000 or less.")).isVisible();
        field(page, "Starts").fill("2027-03-14T02:30");
        page.getByLabel("Total seats").fill("9");
        button(page, "Create activity").click();
        assertThat(answer(page, "Choose another time")).isVisible();
        page.keyboard().press("Escape");

        assertThat(heading(page, "Edit activity")).isVisible();
        assertThat(olga.get(group + "/activities").items().get(0).getString("state"))
                .isEqualTo("draft");
    }

    @Test
    void whatFailsToBePublishedIsADraftAndWhoHasLeftIsNotCalledBack() {
        var window = windows.open(Look.DESKTOP, olga).go(view(group) + "/activities/new");
        window.expect("500 POST .*/publish");
        var page = window.page();
        page.route("**/publish", refused -> refused.fulfill(new FulfillOptions().setStatus(500)));
        field(page, "Title").fill("Night walk");
        button(page, "Create activity").click();
        assertThat(text(page, "Night walk is a draft.")).isVisible();
        assertThat(heading(page, "Night walk")).isVisible();
        page.unroute("**/publish");
        var held = new ArrayList<Route>();
        page.route("**/publish", (Consumer<Route>) held::add);

        button(page, "Publish").click();
        page.waitForCondition(() -> !held.isEmpty());
        link(page, "Agenda").click();
        assertThat(heading(page, "Your agenda")).isVisible();
        page.evaluate("document.querySelector('h1').id = 'same'");
        held.get(0).resume();

        assertThat(text(page, "Published.")).isVisible();
        assertThat(page.locator("#same")).isVisible();
        assertThat(olga.get(group + "/activities").items())
                .singleElement()
                .extracting((JsonObject activity) -> activity.getString("state"))
                .isEqualTo("published");
    }

    @Test
    void signUpOpensAndClosesOnTheClocksOfTheActivity() {
        var window = windows.open(Look.DESKTOP, olga).go(view(group) + "/activities/new");
        var page = window.page();

        field(page, "Title").fill("In Paris");
        field(page, "Starts").fill("2090-06-17T18:30");
        field(page, "Time zone").fill("Europe/Paris");
        page.getByLabel("Opens").fill("2090-06-01T08:00");
        page.getByLabel("Closes").fill("2090-05-17T12:00");
        window.expect("422 POST .*");
        button(page, "Create activity").click();
        assertThat(text(page, "Must be after sign-up opens.")).isVisible();
        page.getByLabel("Closes").fill("2090-06-17T12:00");
        button(page, "Create activity").click();
        assertThat(heading(page, "In Paris")).isVisible();

        var activity = group + "/activities/" + lastSegment(page);
        assertThat(olga.get(activity).string("signupOpensAt")).isEqualTo("2090-06-01T08:00:00+02:00");
        link(page, "Edit").click();
        assertThat(page.getByLabel("Opens")).hasValue("2090-06-01T08:00");
        page.getByLabel("Opens").fill("");
        button(page, "Save").click();
        assertThat(heading(page, "In Paris")).isVisible();
        assertThat(olga.get(activity).json().isNull("signupOpensAt")).isTrue();
        assertThat(olga.get(activity).string("signupClosesAt")).isEqualTo("2090-06-17T12:00:00+02:00");
    }

    @Test
    void anActivityIsDuplicatedForTheWeekAfter() {
        var hike = Made.published(olga, group, "Hike", "'capacity':7");
        var page = windows.open(Look.PHONE, olga).go(view(hike)).page();

        button(page, "More actions").click();
        button(page, "Duplicate").click();
        assertThat(page.getByRole(AriaRole.DIALOG).getByLabel("Starts")).hasValue("2090-06-24T18:30");
        answer(page, "Create copy").click();
        assertThat(exactly(page, "Draft")).isVisible();

        var copy = olga.get(group + "/activities/" + lastSegment(page)).json();
        assertThat(copy.getString("id")).isNotEqualTo(olga.get(hike).string("id"));
        assertThat(copy.getString("startsLocal")).isEqualTo("2090-06-24T18:30:00");
        assertThat(copy.getInt("capacity")).isEqualTo(7);
    }

    /** Neither of them is overwritten, and what the second typed is there until they have chosen. */
    @Test
    void whoSavesSecondSeesBothVersionsAndChooses() {
        var hike = Made.published(olga, group, "Hike", "'capacity':7,'place':'At the gate'");
        olga.patch(group + "/members/" + ann.id(), "{'role':'organizer'}");
        var first = windows.open(Look.DESKTOP, olga).go(view(hike) + "/edit").page();
        var window = windows.open(Look.PHONE, ann).go(view(hike) + "/edit");
        window.expect("412 PATCH .*");
        var second = window.page();
        field(second, "Title").fill("Ann’s hike");
        second.getByLabel("Description").fill("Bring water.");
        second.getByLabel("Place").fill("At the bridge");

        field(first, "Title").fill("Olga’s hike");
        first.getByLabel("Place").fill("At the tower");
        first.getByLabel("Total seats").fill("9");
        button(first, "Save").click();
        assertThat(heading(first, "Olga’s hike")).isVisible();
        button(second, "Save").click();

        assertThat(heading(second, "Someone else saved changes first")).isFocused();
        assertThat(versions(second, "Title")).containsText("changed by both");
        assertThat(versions(second, "Title")).containsText("Ann’s hike");
        assertThat(versions(second, "Title")).containsText("Olga’s hike");
        assertThat(versions(second, "Description")).containsText("changed by you");
        assertThat(versions(second, "Total seats")).containsText("changed by them");
        window.assertAccessible().assertFits();
        button(second, "Back to editing").click();
        assertThat(field(second, "Title")).hasValue("Ann’s hike");
        assertThat(second.getByLabel("Description")).hasValue("Bring water.");
        button(second, "Save").click();
        versions(second, "Title").getByLabel("Their version").check();
        button(second, "Save selection").click();

        assertThat(heading(second, "Olga’s hike")).isVisible();
        var saved = olga.get(hike).json();
        assertThat(saved.getString("title")).isEqualTo("Olga’s hike");
        assertThat(saved.getString("description")).isEqualTo("Bring water.");
        assertThat(saved.getString("place")).isEqualTo("At the bridge");
        assertThat(saved.getInt("capacity")).isEqualTo(9);
    }

    @Test
    void whoIsOvertakenOnceMoreWhileChoosingChoosesAnew() {
        var hike = Made.published(olga, group, "Hike", "'capacity':7");
        var window = windows.open(Look.DESKTOP, olga).go(view(hike) + "/edit");
        window.expect("412 PATCH .*");
        var page = window.page();
        field(page, "Title").fill("Long hike");

        change(hike, "{'place':'At the gate'}");
        button(page, "Save").click();
        assertThat(versions(page, "Place")).containsText("At the gate");
        change(hike, "{'place':'At the bridge'}");
        button(page, "Save selection").click();
        assertThat(versions(page, "Place")).containsText("At the bridge");
        assertThat(heading(page, "Someone else saved changes first")).isFocused();
        button(page, "Save selection").click();

        assertThat(heading(page, "Long hike")).isVisible();
        assertThat(olga.get(hike).string("place")).isEqualTo("At the bridge");
    }

    @Test
    void whatTheServerRefusesIsSaidWhereItWasTyped() {
        var hike = Made.published(olga, group, "Hike", "'capacity':7");
        signUp(ann, hike, 0);
        signUp(bob, hike, 0);
        var window = windows.open(Look.DESKTOP, olga).go(view(hike) + "/edit");
        window.expect("409 PATCH .*");
        var page = window.page();

        page.getByLabel("Total seats").fill("1");
        button(page, "Save").click();

        assertThat(page.getByRole(AriaRole.ALERT)).containsText("2 seats are taken");
        page.getByLabel("Total seats").fill("2");
        button(page, "Save").click();
        assertThat(heading(page, "Hike")).isVisible();
        assertThat(olga.get(hike).json().getInt("capacity")).isEqualTo(2);
    }

    @Test
    void aWeeklySeriesIsMadeAndOneOfItAndThoseThatFollowAreChanged() {
        var page = windows.open(Look.DESKTOP, olga)
                .go(view(group) + "/activities/new")
                .page();

        link(page, "Create a series instead").click();
        assertThat(heading(page, "New series")).isVisible();
        field(page, "Title").fill("Games night");
        field(page, "First start").fill("2026-12-04T19:00");
        field(page, "Monday").check();
        assertThat(field(page, "Friday")).isChecked();
        field(page, "Number of activities").fill("6");
        assertThat(page.locator(".preview li")).hasText(new String[] {
            "Friday, December 4, 2026",
            "Monday, December 7, 2026",
            "Friday, December 11, 2026",
            "Monday, December 14, 2026",
            "Friday, December 18, 2026",
            "Monday, December 21, 2026"
        });
        button(page, "Create series").click();
        assertThat(heading(page, "Games night")).isVisible();
        assertThat(page.locator(".lead")).containsText("Every week on Monday and Friday, 6 times");
        assertThat(page.locator("main .row")).hasCount(6);

        link(page, "Fri, Dec 11").click();
        link(page, "Edit").click();
        radio(page, "This activity").check();
        field(page, "Title").fill("Chess night");
        button(page, "Save").click();
        assertThat(heading(page, "Chess night")).isVisible();
        assertThat(titles())
                .isEqualTo(List.of(
                        "Games night", "Games night", "Chess night", "Games night", "Games night", "Games night"));

        var fourth = olga.get(group + "/activities").items().get(3);
        page.navigate(page.url().replaceAll("[^/]+$", fourth.getString("id") + "/edit"));
        radio(page, "This and following activities").check();
        assertThat(page.getByLabel("Opens")).isHidden();
        field(page, "Title").fill("Card games");
        field(page, "Starts").fill("2026-12-14T20:00");
        button(page, "Save").click();
        assertThat(heading(page, "Card games")).isVisible();
        assertThat(titles())
                .isEqualTo(
                        List.of("Games night", "Games night", "Chess night", "Card games", "Card games", "Card games"));
        assertThat(olga.get(group + "/activities").items().get(5).getString("startsLocal"))
                .isEqualTo("2026-12-21T20:00:00");
    }

    @Test
    void aMonthlySeriesLeavesOutMonthsThatLackTheDay() {
        var page =
                windows.open(Look.PHONE, olga).go(view(group) + "/series/new").page();

        field(page, "Title").fill("Fifth Sundays");
        field(page, "First start").fill("2027-01-31T10:00");
        page.getByLabel("Unit").selectOption("monthly");
        radio(page, "Day 31 of the month").check();
        field(page, "Number of activities").fill("3");
        assertThat(page.locator(".preview li"))
                .hasText(
                        new String[] {"Sunday, January 31, 2027", "Wednesday, March 31, 2027", "Monday, May 31, 2027"});
        assertThat(page.locator(".preview .warn"))
                .containsText("2 months do not have that day and are skipped: February 2027 and April 2027.");
        radio(page, "The last day of the month").check();
        assertThat(page.locator(".preview .warn")).hasCount(0);
        assertThat(page.locator(".preview li")).hasText(new String[] {
            "Sunday, January 31, 2027", "Sunday, February 28, 2027", "Wednesday, March 31, 2027"
        });
        radio(page, "The fifth Sunday, in months that have one").check();
        assertThat(page.locator(".preview li"))
                .hasText(new String[] {"Sunday, January 31, 2027", "Sunday, May 30, 2027", "Sunday, August 29, 2027"});
        radio(page, "The last Sunday").check();
        assertThat(page.locator(".preview li"))
                .hasText(new String[] {"Sunday, January 31, 2027", "Sunday, February 28, 2027", "Sunday, March 28, 2027"
                });
        radio(page, "On a date").check();
        field(page, "Last possible date").fill("2027-04-24");
        button(page, "Create series").click();

        assertThat(heading(page, "Fifth Sundays")).isVisible();
        assertThat(page.locator("header .lead")).containsText("Every month on the last Sunday, until April 24, 2027");
        var rule = olga.get(group + "/series").items().get(0).getJsonObject("rule");
        assertThat(rule.getInt("nth")).isEqualTo(-1);
        assertThat(olga.get(group + "/series").items().get(0).getInt("occurrences"))
                .isEqualTo(3);
    }

    @Test
    void aRepetitionWithoutEndIsNotPreviewed() {
        var page =
                windows.open(Look.PHONE, olga).go(view(group) + "/series/new").page();
        var incomplete = text(page, "Enter a start, an interval and an end to preview the dates.");

        for (var unit : List.of("daily", "weekly", "monthly")) {
            page.getByLabel("Unit").selectOption(unit);
            for (var interval : List.of("-1", "0", "1.5", "53", "1e9", "")) {
                field(page, "Every").fill(interval);
                assertThat(incomplete).isVisible();
            }
            field(page, "Every").fill("2");
            assertThat(heading(page, "10 activities")).isVisible();
        }
        for (var count : List.of("-1", "0", "1.5", "")) {
            field(page, "Number of activities").fill(count);
            assertThat(incomplete).isVisible();
        }
        field(page, "Number of activities").fill("1e9");
        assertThat(text(page, "A series can have at most 104 activities.")).isVisible();
        field(page, "First start").fill("12027-01-31T10:00");
        assertThat(incomplete).isVisible();
        field(page, "First start").fill("2027-01-31T10:00");
        radio(page, "On a date").check();
        field(page, "Last possible date").fill("9999-12-31");
        assertThat(text(page, "A series can have at most 104 activities.")).isVisible();
        field(page, "Hours").fill("1e12");
        assertThat(page.locator(".times")).isEmpty();
    }

    @Test
    void aSeriesIsChangedAndEnded() {
        var series = series("'rule':{'frequency':'weekly','weekdays':['fri'],'count':4},'publish':true");
        var page = windows.open(Look.DESKTOP, olga).go(view(group) + "/series").page();
        var second = olga.get(group + "/activities").items().get(1).getString("id");
        signUp(ann, group + "/activities/" + second, 0);

        assertThat(item(page, "Games night")).containsText("4 activities");
        link(page, "Games night").click();
        field(page, "Number of activities").fill("3");
        page.getByLabel("Place").fill("At the library");
        button(page, "Save").click();
        assertThat(text(page, "The series and its upcoming activities were changed."))
                .isVisible();
        assertThat(page.locator(".lead")).containsText("Every week on Friday, 3 times");
        assertThat(olga.get(group + "/activities").items())
                .hasSize(3)
                .allSatisfy(activity -> assertThat(activity.getString("place")).isEqualTo("At the library"));

        button(page, "End series").click();
        answer(page, "End series").click();
        assertThat(exactly(page, "Ended")).isVisible();
        assertThat(olga.get(series).string("state")).isEqualTo("ended");
        assertThat(olga.get(group + "/activities").items())
                .extracting(activity -> activity.getString("state"))
                .containsExactly("cancelled");
    }

    @Test
    void aLongSeriesDoesNotHideWhatIsBelowIt() {
        var series = series("'rule':{'frequency':'daily','count':20}");
        var page = windows.open(Look.PHONE, olga).go(view(series)).page();

        assertThat(page.locator("main .row")).hasCount(8);
        button(page, "Show more").click();
        assertThat(page.locator("main .row")).hasCount(20);
        assertThat(page.locator("main .row a").nth(8)).isFocused();
        assertThat(button(page, "Show more")).hasCount(0);
    }

    @Test
    void theRuleOfASeriesIsShownAsItIs() {
        series("'rule':{'frequency':'monthly','interval':2,'weekdays':['fri'],'nth':1,'until':'2027-12-31'}");
        var page = windows.open(Look.DESKTOP, olga).go(view(group) + "/series").page();

        link(page, "Games night").click();
        assertThat(field(page, "Every")).hasValue("2");
        assertThat(page.getByLabel("Unit")).hasValue("monthly");
        assertThat(radio(page, "The first Friday")).isChecked();
        assertThat(field(page, "Last possible date")).hasValue("2027-12-31");
        page.getByLabel("Unit").selectOption("weekly");
        assertThat(field(page, "Friday")).isChecked();
        button(page, "Save").click();

        assertThat(page.locator(".lead")).containsText("Every 2 weeks on Friday, until December 31, 2027");
    }

    @Test
    void whoAsksIsLetInAndRolesChange() {
        var closed = Made.group(olga, name + " on request", "request", "public");
        var window = windows.open(Look.PHONE, olga).go(view(closed) + "/members");
        var page = window.page();
        assertThat(heading(page, "1 member")).isVisible();

        ann.put(closed + "/members/me");
        bob.put(closed + "/members/me");
        assertThat(heading(page, "2 requests to join")).isVisible();
        person(page, "Ann").getByText("Approve").click();
        assertThat(heading(page, "2 members")).isVisible();
        person(page, "Bob").getByText("Decline").click();
        assertThat(person(page, "Bob")).hasCount(0);
        assertThat(bob.get("/api/v1/me/groups").items())
                .noneMatch(mine -> closed.endsWith(mine.getJsonObject("group").getString("id")));

        about(page, "Ann", "Make an organizer");
        assertThat(person(page, "Ann")).containsText("Organizer");
        about(page, "Ann", "Make an owner");
        assertThat(person(page, "Ann").getByText("Owner", new Locator.GetByTextOptions().setExact(true)))
                .isVisible();
        about(page, "Ann", "Make a regular member");
        assertThat(text(page, "Ann is now a regular member.")).isVisible();
        assertThat(ann.get("/api/v1/me/groups").items().toString()).contains("\"role\":\"member\"");
    }

    @Test
    void whoseRoleOrGroupChangesSeesThat() {
        olga.patch(group + "/members/" + ann.id(), "{'role':'organizer'}");
        var members = following(windows.open(Look.DESKTOP, ann), view(group) + "/members");
        var activities = following(windows.open(Look.PHONE, bob), view(group));
        assertThat(button(members, "Actions for Bob")).isVisible();
        assertThat(heading(activities, name)).isVisible();

        olga.patch(group + "/members/" + ann.id(), "{'role':'member'}");
        change(group, "{'name':'Runners'}");

        assertThat(button(members, "Actions for Bob")).hasCount(0);
        assertThat(heading(activities, "Runners")).isVisible();
    }

    @Test
    void whoIsBannedStaysOutUntilTheBanIsLifted() {
        var window = windows.open(Look.DESKTOP, olga).go(view(group) + "/members");
        var page = window.page();

        about(page, "Ann", "Remove");
        answer(page, "Remove").click();
        assertThat(text(page, "Ann is no longer a member.")).isVisible();
        assertThat(ann.put(group + "/members/me").status()).isEqualTo(201);
        assertThat(person(page, "Ann")).isVisible();
        about(page, "Ann", "Ban");
        answer(page, "Ban").click();
        assertThat(heading(page, "1 person is banned")).isVisible();
        assertThat(ann.put(group + "/members/me").status()).isEqualTo(403);
        person(page, "Ann").getByText("Lift ban").click();
        assertThat(text(page, "Ann can join again.")).isVisible();

        assertThat(ann.put(group + "/members/me").status()).isEqualTo(201);
        assertThat(heading(page, "3 members")).isVisible();
    }

    /** A keyboard, or somebody who does not see the page, must not be thrown back to its beginning. */
    @Test
    void theFocusStaysWhereItWasWhenTheListChanges() {
        var page = windows.open(Look.DESKTOP, olga).go(view(group) + "/members").page();
        var opener = button(page, "Actions for Bob");

        opener.focus();
        var zoe = nobody.signedUp("Zoe");
        member(zoe, group);
        assertThat(person(page, "Zoe")).isVisible();
        assertThat(button(page, "Actions for Bob")).isFocused();

        page.keyboard().press("Enter");
        tabTo(page, button(page, "Ban"));
        page.keyboard().press("Enter");
        assertThat(answer(page, "Change nothing")).isFocused();
        zoe.delete(group + "/members/me");
        assertThat(text(page, "4 members")).isVisible();
        page.keyboard().press("Escape");
        assertThat(person(page, "Zoe")).hasCount(0);
        assertThat(button(page, "Actions for Bob")).isFocused();

        page.keyboard().press("Enter");
        tabTo(page, button(page, "Remove"));
        page.keyboard().press("Enter");
        tabTo(page, answer(page, "Remove"));
        page.keyboard().press("Enter");
        assertThat(person(page, "Bob")).hasCount(0);
        assertThat(heading(page, "2 members")).isFocused();
    }

    @Test
    void aQuestionGoesWithTheViewThatAsksIt() {
        var page = windows.open(Look.PHONE, olga).go(view(group)).page();

        link(page, "Members").click();
        about(page, "Bob", "Ban");
        assertThat(answer(page, "Ban")).isVisible();
        page.goBack();

        assertThat(heading(page, name)).isFocused();
        assertThat(page.getByRole(AriaRole.DIALOG)).hasCount(0);
        assertThat(olga.get(group + "/members").items()).hasSize(3);
    }

    @Test
    void aMenuIsNotTakenFromUnderAHand() {
        var page = windows.open(Look.PHONE, olga).go(view(group) + "/members").page();

        button(page, "Actions for Bob").click();
        var zoe = nobody.signedUp("Zoe");
        member(zoe, group);
        assertThat(text(page, "Zoe")).hasCount(0);
        assertThat(button(page, "Make an organizer")).isVisible();
        button(page, "Make an organizer").click();

        assertThat(person(page, "Bob")).containsText("Organizer");
        assertThat(person(page, "Zoe")).isVisible();
    }

    @Test
    void anInvitationIsMadeUsedAndRevoked() {
        var hidden = Made.group(olga, name + " in private", "invite", "private");
        var window = windows.open(Look.DESKTOP, olga).go(view(hidden) + "/invitations");
        var page = window.page();

        assertThat(text(page, "No invitations yet")).isVisible();
        button(page, "New invitation").click();
        var dialog = page.getByRole(AriaRole.DIALOG);
        dialog.getByLabel("Number of people").fill("2");
        dialog.getByLabel("Role").selectOption("organizer");
        dialog.getByLabel("Note").fill("For the board");
        answer(page, "Create invitation").click();
        var address = dialog.getByLabel("Invitation link").inputValue();
        assertThat(address).startsWith(page.url().replaceAll("/groups/.*", "/invitations#token="));
        window.assertAccessible();
        answer(page, "Done").click();
        assertThat(item(page, "For the board")).containsText("0 of 2 used");

        var guest = windows.open(Look.PHONE, ann).page();
        guest.navigate(address);
        button(guest, "Accept invitation").click();
        assertThat(heading(guest, name + " in private")).isVisible();
        assertThat(button(guest, "Organize")).isVisible();

        page.reload();
        assertThat(item(page, "For the board")).containsText("1 of 2 used");
        assertThat(item(page, "For the board")).containsText("as Organizer");
        item(page, "For the board").getByText("Revoke").click();
        answer(page, "Revoke").click();
        assertThat(item(page, "For the board")).containsText("Revoked");
        var token = address.substring(address.lastIndexOf('=') + 1);
        assertThat(bob.post("/api/v1/invitations/" + token + "/accept").status())
                .isEqualTo(409);
    }

    /** It is shown only once. */
    @Test
    void theLinkOfAnInvitationIsNotMissed() {
        var window = windows.open(Look.DESKTOP, olga);
        var page = window.page();
        page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
        window.go(view(group) + "/invitations");
        var held = new ArrayList<Route>();
        page.route("**/api/**/invitations", (Consumer<Route>) request -> {
            if (request.request().method().equals("POST")) {
                held.add(request);
            } else {
                request.resume();
            }
        });
        var dialog = page.getByRole(AriaRole.DIALOG);

        button(page, "New invitation").click();
        dialog.getByLabel("Note").fill("For the board");
        answer(page, "Create invitation").click();
        page.waitForCondition(() -> !held.isEmpty());
        page.keyboard().press("Escape");
        page.keyboard().press("Escape");
        answer(page, "Close").click();
        held.get(0).resume();
        assertThat(dialog.getByLabel("Invitation link")).isVisible();

        // Without TLS there is no clipboard API.
        page.evaluate("addEventListener('copy', () => (window.copied = document.activeElement.value))");
        answer(page, "Copy").click();
        assertThat(dialog.getByText("Copied.")).isVisible();
        assertThat(page.evaluate("copied"))
                .isEqualTo(dialog.getByLabel("Invitation link").inputValue());
        page.evaluate("document.execCommand = () => false");
        answer(page, "Copy").click();
        var refused = dialog.locator(".toast.failure");
        assertThat(refused).containsText("Nothing was copied");
        window.assertAccessible();
        refused.getByRole(AriaRole.BUTTON).click();
        assertThat(refused).hasCount(0);
        page.keyboard().press("Escape");

        assertThat(dialog).hasCount(0);
        assertThat(item(page, "For the board")).isVisible();
    }

    @Test
    void theQueueIsSeenAndSomebodyIsLetInOutOfTurn() {
        var hike = Made.published(olga, group, "Hike", "'capacity':2,'guestsAllowed':2");
        signUp(olga, hike, 1);
        signUp(ann, hike, 1);
        signUp(bob, hike, 0);
        var window = windows.open(Look.DESKTOP, olga).go(view(hike));
        var page = window.page();

        link(page, "Sign-ups and waiting list").click();
        assertThat(text(page, "2 of 2 seats taken")).isVisible();
        assertThat(heading(page, "Waiting list (2)")).isVisible();
        about(page, "Olga", "Change guests");
        page.getByRole(AriaRole.DIALOG).getByLabel("Guests").fill("0");
        answer(page, "Save").click();
        assertThat(text(page, "1 of 2 seats taken")).isVisible();
        person(page, "Bob").getByText("Give a seat").click();
        answer(page, "Give a seat").click();
        assertThat(page.getByRole(AriaRole.DIALOG)).containsText("This field is required.");
        page.getByRole(AriaRole.DIALOG).getByLabel("Reason").fill("Brings the map");
        answer(page, "Give a seat").click();
        assertThat(heading(page, "Going (2)")).isVisible();
        assertThat(page.locator(".log li").first()).containsText("Bob is going");
        assertThat(page.locator(".log li").first())
                .containsText("got a seat out of turn · by Olga (you) · “Brings the map”");
        assertThat(bob.get(hike + "/signups/me").string("state")).isEqualTo("confirmed");
        window.assertAccessible();
    }

    @Test
    void somebodyIsSignedUpAndTakenOff() {
        var hike = Made.published(olga, group, "Hike", "'capacity':1,'guestsAllowed':0");
        signUp(ann, hike, 0);
        var page = windows.open(Look.PHONE, olga).go(view(hike) + "/queue").page();

        button(page, "Sign someone up").click();
        page.getByLabel("Member").selectOption("Bob");
        answer(page, "Sign up").click();
        assertThat(text(page, "Bob is no. 1 on the waiting list.")).isVisible();
        assertThat(heading(page, "Waiting list (1)")).isVisible();
        about(page, "Ann", "Remove");
        page.getByRole(AriaRole.DIALOG).getByLabel("Reason").fill("Ill");
        answer(page, "Remove").click();
        assertThat(text(page, "Ann was removed.")).isVisible();
        assertThat(heading(page, "Going (1)")).isVisible();
        assertThat(person(page, "Bob")).isVisible();

        assertThat(page.locator(".log li").nth(0)).containsText("a seat became free");
        assertThat(page.locator(".log li").nth(1)).containsText("“Ill”");
        bob.delete(hike + "/signups/me");
        assertThat(text(page, "No sign-ups yet")).isVisible();
    }

    @Test
    void attendanceIsTicked() {
        var hike = Made.published(olga, group, "Hike", "");
        signUp(olga, hike, 0);
        signUp(ann, hike, 0);
        signUp(bob, hike, 0);
        begin(hike);
        var page = windows.open(Look.PHONE, olga).go(view(hike)).page();

        link(page, "Attendance").click();
        attendance(page, "Bob", "Absent").click();
        assertThat(text(page, "0 of 3 present · 2 not marked")).isVisible();
        button(page, "Mark the rest as present").click();
        assertThat(text(page, "2 of 3 present")).isVisible();
        assertThat(attendance(page, "Ann", "Present")).hasAttribute("aria-pressed", "true");
        attendance(page, "Bob", "Absent").click();
        assertThat(text(page, "2 of 3 present · 1 not marked")).isVisible();
        page.reload();

        assertThat(attendance(page, "Ann", "Present")).hasAttribute("aria-pressed", "true");
        assertThat(attendance(page, "Bob", "Absent")).hasAttribute("aria-pressed", "false");
        assertThat(olga.get(hike + "/signups").items().toString())
                .contains("\"attendance\":\"attended\"", "\"attendance\":\"unknown\"");
    }

    @Test
    void markingTheRestIsTakenBack() {
        var hike = Made.published(olga, group, "Hike", "");
        signUp(ann, hike, 0);
        signUp(bob, hike, 0);
        begin(hike);
        var page = windows.open(Look.PHONE, olga).go(view(hike) + "/attendance").page();

        attendance(page, "Bob", "Absent").click();
        button(page, "Mark the rest as present").click();
        assertThat(text(page, "1 of 2 present")).isVisible();
        button(page, "Undo").click();

        assertThat(text(page, "0 of 2 present · 1 not marked")).isVisible();
        assertThat(attendance(page, "Bob", "Absent")).hasAttribute("aria-pressed", "true");
    }

    @Test
    void theRestIsWhoIsNotMarkedWhenItIsTheirTurn() {
        var zoe = nobody.signedUp("Zoe");
        var hike = Made.published(olga, group, "Hike", "");
        List.of(ann, bob, olga, zoe).forEach(person -> signUp(person, hike, 0));
        begin(hike);
        var window = windows.open(Look.PHONE, olga).go(view(hike) + "/attendance");
        window.expect("500 PATCH .*/" + olga.id());
        var page = window.page();
        assertThat(text(page, "0 of 4 present")).isVisible();
        var held = new ArrayList<Route>();
        page.route("**/signups/" + ann.id(), (Consumer<Route>) held::add);
        page.route("**/signups/" + olga.id(), refused -> refused.fulfill(new FulfillOptions().setStatus(500)));
        var ofBob = new ArrayList<String>();
        page.onRequest(request -> note(ofBob, bob, request, "sent"));
        page.onRequestFinished(request -> note(ofBob, bob, request, "answered"));

        olga.patch(hike + "/signups/" + zoe.id(), "{'attendance':'no_show'}");
        button(page, "Mark the rest as present").click();
        page.waitForCondition(() -> !held.isEmpty());
        for (var mark : List.of("Absent", "Present", "Absent")) {
            attendance(page, "Bob", mark).click();
        }
        page.waitForCondition(() -> ofBob.size() == 6);
        held.get(0).resume();

        assertThat(text(page, "1 person marked as present.")).isVisible();
        assertThat(ofBob).containsExactly("sent", "answered", "sent", "answered", "sent", "answered");
        assertThat(attendance(page, "Olga", "Present")).hasAttribute("aria-pressed", "false");
        button(page, "Undo").click();
        assertThat(text(page, "0 of 4 present · 2 not marked")).isVisible();
        for (var name : List.of("Bob", "Zoe")) {
            assertThat(attendance(page, name, "Absent")).hasAttribute("aria-pressed", "true");
        }
    }

    @Test
    void beforeTheStartThereIsASheetToPrintAndNothingToMark() {
        var hike = Made.published(olga, group, "Hike", "'guestsAllowed':2");
        signUp(ann, hike, 2);
        signUp(bob, hike, 0);
        var page = windows.open(Look.DESKTOP, olga).go(view(hike)).page();
        assertThat(link(page, "Attendance")).hasCount(0);

        Window.open(page, view(hike) + "/attendance");
        assertThat(text(page, "The activity has not started yet")).isVisible();
        link(page, "Participants’ sheet").click();

        assertThat(text(page, "2 people, 4 with guests")).isVisible();
        assertThat(page.getByRole(AriaRole.ROW))
                .hasText(new String[] {"PresentNameGuestsSignature", "Not markedAnn+2", "Not markedBob"});
        page.emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
        assertThat(page.locator("header.top")).isHidden();
        assertThat(button(page, "Print")).isHidden();
        page.evaluate("document.documentElement.dataset.theme = 'dark'");
        assertThat(page.locator("html")).hasCSS("color-scheme", "light");
    }

    @Test
    void aNameThatIsWrittenFromRightToLeftDoesNotReorderWhatFollows() {
        bob.patch("/api/v1/me", "{'displayName':'נועה'}");
        var hike = Made.published(olga, group, "Hike", "'guestsAllowed':2");
        signUp(bob, hike, 2);
        begin(hike);
        var page = windows.open(Look.PHONE, olga).go(view(hike) + "/attendance").page();

        var row = page.locator(".attendance .row-title");
        assertThat(row).containsText("+ 2 guests");
        assertThat(row.evaluate("""
                (row) => {
                    const [name, guests] = [row.firstChild, row.lastChild].map((part) => {
                        const range = document.createRange();
                        range.selectNodeContents(part);
                        return range.getBoundingClientRect();
                    });
                    return name.right <= guests.left + 1;
                }
                """)).isEqualTo(true);
    }

    @Test
    void aGroupIsTakenAlongAndItsMembersAreInvited() throws IOException {
        var hike = Made.published(olga, group, "Hike", "'capacity':7");
        signUp(ann, hike, 0);
        var page =
                windows.open(Look.DESKTOP, olga).go(view(group) + "/settings").page();
        var download = page.waitForDownload(() -> button(page, "Export").click());
        assertThat(download.suggestedFilename()).matches("walkers-[0-9a-f]+-\\d{4}-\\d\\d-\\d\\d\\.json");
        try (var reader = Json.createReader(Files.newInputStream(download.path()))) {
            assertThat(reader.readObject().getJsonArray("members")).hasSize(3);
        }

        var elsewhere = windows.open(Look.PHONE, nobody.signedUp("Zoe")).go("/groups/import");
        elsewhere.expect("409 POST /api/v1/groups/import");
        var importing = elsewhere.page();
        for (var other : List.of("{}", "{\"format\":\"muster-group\"}")) {
            importing
                    .getByLabel("File")
                    .setInputFiles(Files.writeString(Files.createTempFile("other", ".json"), other));
            assertThat(text(importing, "This file is not an exported group.")).isVisible();
            importing.getByLabel("File").setInputFiles(new Path[0]);
        }
        importing.getByLabel("File").setInputFiles(download.path());
        button(importing, "Import").click();
        assertThat(text(importing, "This group already exists here")).isVisible();
        // As if it came from elsewhere.
        var foreign = Files.readString(download.path())
                .replace(
                        id(group),
                        id(group).substring(0, 24)
                                + UUID.randomUUID().toString().substring(24));
        importing
                .getByLabel("File")
                .setInputFiles(Files.writeString(Files.createTempFile("foreign", ".json"), foreign));
        assertThat(importing.locator(".note")).containsText(name + " – 3 members, 1 activity");
        button(importing, "Import").click();
        assertThat(heading(importing, "Invite its members")).isVisible();
        elsewhere.assertAccessible().assertFits();
        var address = importing.getByLabel("Ann · Member").inputValue();
        link(importing, "Open " + name).click();
        assertThat(heading(importing, name)).isVisible();

        var joining = windows.open(Look.PHONE, ann).page();
        joining.navigate(address);
        button(joining, "Accept invitation").click();
        assertThat(heading(joining, name)).isVisible();
        var imported = "/api/v1/groups/" + lastSegment(importing);
        var activity = ann.get(imported + "/activities").items().get(0).getString("id");
        assertThat(ann.get(imported + "/activities/" + activity + "/signups/me").string("state"))
                .isEqualTo("confirmed");
    }

    @Test
    void settingsAreChangedAndTheGroupIsArchived() {
        var window = windows.open(Look.DESKTOP, olga).go(view(group));
        window.expect("412 PATCH .*");
        var page = window.page();

        button(page, "Organize").click();
        link(page, "Settings").click();
        field(page, "Name").fill(name + " and friends");
        change(group, "{'description':'All year.'}");
        button(page, "Save").click();
        assertThat(versions(page, "Description")).containsText("All year.");
        button(page, "Save selection").click();
        assertThat(text(page, "Saved.")).isVisible();
        assertThat(olga.get(group).string("name")).isEqualTo(name + " and friends");
        assertThat(olga.get(group).string("description")).isEqualTo("All year.");

        button(page, "Archive group").click();
        answer(page, "Archive group").click();
        assertThat(text(page, "This group is archived")).isVisible();
        assertThat(button(page, "Save")).hasCount(0);
        assertThat(olga.get(group).string("state")).isEqualTo("archived");
    }

    @Test
    void aGroupIsDeletedWhenItsNameIsTyped() {
        var hike = Made.published(olga, group, "Hike", "'capacity':1");
        var watching = windows.open(Look.PHONE, ann).go(view(hike)).page();
        assertThat(heading(watching, "Hike")).isVisible();
        var page =
                windows.open(Look.DESKTOP, olga).go(view(group) + "/settings").page();

        button(page, "Delete group…").click();
        assertThat(answer(page, "Export")).isVisible();
        page.getByLabel("To confirm, type").fill(name + "?");
        answer(page, "Delete group").click();
        assertThat(text(page, "This is not the name of the group.")).isVisible();
        page.getByLabel("To confirm, type").fill(name);
        answer(page, "Delete group").click();

        assertThat(text(page, "The group was deleted.")).isVisible();
        assertThat(olga.get(group).status()).isEqualTo(404);
        assertThat(text(watching, "The group was deleted by an owner.")).isVisible();
        assertThat(heading(watching, "Hike")).hasCount(0);
        Window.open(watching, "/notifications");
        assertThat(text(watching, "An activity you signed up for was deleted with its group"))
                .hasCount(0);
        assertThat(text(watching, "A group was deleted by an owner")).isVisible();
        assertThat(text(watching, name)).isVisible();
    }

    @Test
    void anAllDayActivityIsPlannedAndGivenATime() {
        var page = windows.open(Look.DESKTOP, olga).go(view(group)).page();

        link(page, "New activity").click();
        field(page, "Title").fill("Camp");
        page.getByLabel("All day").check();
        assertThat(field(page, "Starts")).isHidden();
        field(page, "First day").fill("2090-06-17");
        field(page, "Last day").fill("2090-06-18");
        assertThat(page.locator(".times")).hasText(Pattern.compile("Sat, June 17.*Sun, June 18"));
        button(page, "Create activity").click();

        assertThat(heading(page, "Camp")).isVisible();
        assertThat(exactly(page, "All day")).isVisible();
        var activity = group + "/activities/" + lastSegment(page);
        assertThat(olga.get(activity).string("endsOn")).isEqualTo("2090-06-18");
        Window.open(page, view(activity) + "/edit");
        page.getByLabel("All day").uncheck();
        assertThat(field(page, "Starts")).hasValue("2090-06-17T10:00");
        button(page, "Save").click();
        assertThat(heading(page, "Camp")).isVisible();
        assertThat(text(page, "10:00–11:00 a.m.")).isVisible();
        assertThat(olga.get(activity).json().getBoolean("allDay")).isFalse();
    }

    @Test
    void peopleAreSavedAsTables() throws IOException {
        var hike = Made.published(olga, group, "Hike", "'capacity':1");
        signUp(ann, hike, 0);
        var page = windows.open(Look.DESKTOP, olga).go(view(group) + "/members").page();

        assertThat(button(page, "Save as table")).isVisible();
        var members = page.waitForDownload(() -> button(page, "Save as table").click());
        Window.open(page, view(hike) + "/queue");
        assertThat(heading(page, "Sign-ups and waiting list")).isVisible();
        var signUps = page.waitForDownload(() -> button(page, "Save as table").click());

        assertThat(members.suggestedFilename()).endsWith("-members.csv");
        assertThat(Files.readString(members.path()))
                .startsWith("\uFEFFdisplayName,")
                .contains("\r\nAnn,member,");
        assertThat(signUps.suggestedFilename()).matches(".*-\\d{4}-\\d\\d-\\d\\d-signups\\.csv");
        assertThat(Files.readString(signUps.path())).contains("\r\nAnn,confirmed,");
    }

    @Test
    void whatHappenedIsReadByOwners() {
        var hike = Made.published(olga, group, "Hike", "'capacity':1");
        signUp(ann, hike, 0);
        signUp(bob, hike, 0);
        ann.delete(group + "/members/me");
        olga.delete(hike + "/signups/" + bob.id() + "?reason=Ill");
        var page = windows.open(Look.DESKTOP, olga).go(view(group) + "/audit").page();

        assertThat(page.locator("main li").first()).containsText("Olga (you) removed Bob from Hike");
        assertThat(page.locator("main li").first()).containsText("Reason: Ill");
        assertThat(item(page, "left")).isVisible();
        item(page, "published").getByRole(AriaRole.LINK).click();
        assertThat(heading(page, "Hike")).isVisible();
    }

    @Test
    void whoMayNotIsToldSo() {
        var hike = Made.published(olga, group, "Hike", "");
        var page = windows.open(Look.PHONE, ann).go(view(group)).page();
        assertThat(heading(page, name)).isVisible();
        assertThat(button(page, "Organize")).hasCount(0);

        for (var path : List.of(
                group + "/settings",
                group + "/audit",
                group + "/invitations",
                group + "/series/new",
                group + "/activities/new",
                hike + "/edit",
                hike + "/queue",
                hike + "/attendance")) {
            Window.open(page, view(path));
            assertThat(heading(page, "You do not have access")).isFocused();
        }
        link(page, "Go to the group").click();
        assertThat(heading(page, name)).isVisible();
    }

    /** Opens a view, and waits until it follows changes. */
    private static Page following(Window window, String view) {
        window.page().waitForResponse("**/changes", () -> window.go(view));
        return window.page();
    }

    private void change(String path, String patch) {
        var version = olga.get(path).header("ETag");
        assertThat(olga.with("If-Match", version).patch(path, patch).status()).isEqualTo(200);
    }

    /** As if it were an hour ago that it began. */
    private void begin(String activity) {
        var hourAgo =
                LocalDateTime.now(ZoneId.of("America/Toronto")).minusHours(1).withNano(0);
        change(activity, "{'startsLocal':'%s'}".formatted(hourAgo));
    }

    private static void note(List<String> steps, Client person, Request request, String step) {
        if (request.method().equals("PATCH")
                && request.url().endsWith(person.id().toString())) {
            steps.add(step);
        }
    }

    private String series(String fields) {
        var made = olga.post(group + "/series", """
                {'title':'Games night','startsLocal':'2026-12-04T19:00','durationMinutes':180,'visibility':'public',%s}
                """.formatted(fields));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        return group + "/series/" + made.id();
    }

    private List<String> titles() {
        return olga.get(group + "/activities").items().stream()
                .map((JsonObject activity) -> activity.getString("title"))
                .toList();
    }

    private static String slug(String name) {
        return name.toLowerCase(Locale.ROOT).replace(' ', '-') + "-by-night";
    }

    private static String id(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The id in the address. */
    private static String lastSegment(Page page) {
        var found = LAST_SEGMENT.matcher(page.url());
        assertThat(found.find()).isTrue();
        return found.group();
    }

    /** The row about somebody. */
    private static Locator person(Page page, String name) {
        var title = page.locator(".row-title").filter(new FilterOptions().setHasText(Pattern.compile("^" + name)));
        return page.locator(".person").filter(new FilterOptions().setHas(title));
    }

    /** Chooses this of what can be done about somebody. */
    private static void about(Page page, String name, String what) {
        person(page, name)
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(Pattern.compile("^Actions for " + name)))
                .click();
        button(page, what).click();
    }

    private static Locator attendance(Page page, String name, String mark) {
        return page.getByRole(AriaRole.GROUP, new GetByRoleOptions().setName(name))
                .getByText(mark, new Locator.GetByTextOptions().setExact(true));
    }

    /** The two versions of what is called this. */
    private static Locator versions(Page page, String label) {
        return page.getByRole(AriaRole.GROUP, new GetByRoleOptions().setName(Pattern.compile("^" + label)));
    }
}
