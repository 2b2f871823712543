package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.link;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.util.ArrayList;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.Client;
import org.muster.RunningMuster;

/** The addresses of the page. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class PathsBrowserIT {
    private final Windows windows;
    private final Client olga;
    private final URI base;
    private final String name = "Walkers " + UUID.randomUUID();
    private String group;
    private String hike;

    PathsBrowserIT(Windows windows, Client nobody, URI base) {
        this.windows = windows;
        this.base = base;
        olga = nobody.signedUp("Olga");
    }

    @BeforeEach
    void make() {
        group = Made.group(olga, name, "open", "public");
        hike = Made.published(olga, group, "Hike", "'capacity':8");
    }

    @ParameterizedTest
    @CsvSource({
        "/#/, /",
        "/#/groups?q=x, /groups?q=x",
        "/index.html#/sign-up, /sign-up",
        "/#/reset/qM3v0yJx8Jt1sSg0n8b6u2cQ4rYw5dLkZpHfT7aEoXI, /reset",
        "/#/verify/qM3v0yJx8Jt1sSg0n8b6u2cQ4rYw5dLkZpHfT7aEoXI, /verify",
        "/#/sign-in?to=%23%2Fgroups%3Fq%3Dx, /sign-in#to=%2Fgroups%3Fq%3Dx"
    })
    void anOldAddressLeadsToTheSameView(String old, String address) {
        var page = windows.open(Look.PHONE).go(old).page();

        assertThat(page.locator("main h1")).isVisible();
        assertThat(page).hasURL(address(address));
    }

    @Test
    void anOldAddressInAPageThatIsOpenLeadsToTheSameView() {
        var page = windows.open(Look.PHONE).go("/groups").page();
        assertThat(heading(page, "Groups")).isVisible();

        page.evaluate("view => location.assign('#' + view)", Made.view(hike));

        assertThat(heading(page, "Hike")).isVisible();
        assertThat(page).hasURL(address(Made.view(hike)));
    }

    @Test
    void whatItIsAboutIsThereBeforeTheModulesAre() {
        for (var view : new String[] {"/", Made.view(group), Made.view(hike)}) {
            var window = windows.open(Look.PHONE).expect(".*app\\.js.*");
            window.page().route("**/app.js", Route::abort);

            window.go(view);

            assertThat(window.page().locator("main h1")).isVisible();
            assertThat(window.page().locator("main .lead")).hasCount(view.equals(Made.view(group)) ? 0 : 1);
            assertThat(window.page().locator("header .brand")).isVisible();
        }
    }

    @Test
    void whoPrefersAnotherLanguageDoesNotSeeTheOther() {
        var window = windows.open(Look.PHONE).expect(".*app\\.js.*");
        window.page().addInitScript("localStorage.setItem('muster.language', 'fr')");
        window.page().route("**/app.js", Route::abort);

        window.go("/");

        assertThat(window.page().locator("main h1")).isHidden();
    }

    @Test
    void linksOpenViewsInThePageAndTheBrowserGoesBackAndForward() {
        var page =
                windows.open(Look.DESKTOP).go(Made.view(group) + "?view=list").page();
        page.evaluate("() => window.stays = true");

        link(page, "Hike").click();
        assertThat(heading(page, "Hike")).isFocused();
        assertThat(page).hasURL(address(Made.view(hike)));
        page.goBack();
        assertThat(heading(page, name)).isVisible();
        assertThat(page).hasURL(address(Made.view(group) + "?view=list"));
        page.goForward();
        assertThat(heading(page, "Hike")).isVisible();

        assertThat(page.title()).isEqualTo("Hike – Muster");
        assertThat(page.evaluate("() => window.stays")).isEqualTo(true);
    }

    @Test
    void aViewIsThereAfterTheBrowserReloads() {
        var page = windows.open(Look.PHONE, olga).go(Made.view(hike) + "/queue").page();
        assertThat(heading(page, "Sign-ups and waiting list")).isVisible();

        page.reload();

        assertThat(heading(page, "Sign-ups and waiting list")).isVisible();
    }

    @Test
    void aGroupIsFoundByItsSlug() {
        var slug = olga.get(group).string("slug");

        var page = windows.open(Look.PHONE).go("/groups/" + slug).page();
        assertThat(heading(page, name)).isVisible();
        page.navigate(page.url() + Made.view(hike).substring(Made.view(group).length()));

        assertThat(heading(page, "Hike")).isVisible();
    }

    @Test
    void whereNothingIsThePageSaysSo() {
        var window = windows.open(Look.PHONE).go("/nowhere").expect("404 GET /nowhere");

        assertThat(heading(window.page(), "Page not found")).isVisible();
        window.assertAccessible();
        link(window.page(), "Go to the home page").click();
        assertThat(window.page()).hasURL(address("/"));
    }

    /** But to the API, when it is asked for. */
    @Test
    void theSecretOfAnInvitationIsInNoAddressThatIsSent() {
        var token = olga.post(group + "/invitations", "{}").string("token");
        var window = windows.open(Look.PHONE);
        var page = window.page();
        var requests = new ArrayList<Request>();
        page.onRequest(requests::add);

        window.go("/#/invitations/" + token);
        page.getByRole(AriaRole.MAIN)
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Sign in"))
                .click();
        assertThat(heading(page, "Sign in")).isVisible();
        page.reload();

        assertThat(heading(page, "Sign in")).isVisible();
        assertThat(page.url()).contains("#to=").contains(token);
        assertThat(requests).hasSizeGreaterThan(5).allSatisfy(request -> {
            assertThat(request.headers().getOrDefault("referer", "")).doesNotContain(token);
            assertThat(request.url().replaceFirst("#.*|/api/v1/invitations/.*", ""))
                    .doesNotContain(token);
        });
    }

    private String address(String path) {
        return base.resolve(path).toString();
    }
}
