package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.heading;

import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.RunningMuster;

/** Views that are not all there are for everybody too. Without the server: {@link OfflineBrowserIT}. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class StatesBrowserIT {
    private static final String GROUPS = "**/api/v1/groups?*";

    private final Window window;

    StatesBrowserIT(Windows windows) {
        window = windows.open(Look.PHONE);
    }

    @Test
    void whatLoads() {
        var held = new ArrayList<Route>();
        window.page().route(GROUPS, (Consumer<Route>) held::add);
        window.go("/");

        assertThat(heading(window.page(), "Plan things together, with a fair turn for everyone"))
                .isVisible();
        assertThat(window.page().locator("main .loading")).isVisible();
        Inspection.inspectShown(window);
    }

    @Test
    void whatIsLeftBeforeItsModuleIsThereTakesNoPlace() {
        var page = window.page();
        page.route("**/members/sign-up.js", (Consumer<Route>) route -> {});
        page.clock().install();
        window.go("/");
        assertThat(page.locator("main h1")).isVisible();
        page.clock().pauseAt(System.currentTimeMillis() + 60_000);

        Window.open(page, "/sign-up");
        Window.open(page, "/groups");
        assertThat(heading(page, "Groups")).isVisible();
        page.clock().runFor(1000);

        assertThat(heading(page, "Groups")).isVisible();
        assertThat(page.locator("main .loading")).hasCount(0);
    }

    @Test
    void whatCannotBeLoaded() {
        refuse(GROUPS);
        window.go("/");

        assertThat(button(window.page(), "Try again")).isVisible();
        Inspection.inspectShown(window);
    }

    @Test
    void aViewThatCannotBeLoaded() {
        refuse("**/api/v1/groups/*");
        window.go("/groups/walkers");

        assertThat(heading(window.page(), "The page could not be loaded")).isVisible();
        Inspection.inspectShown(window);
    }

    private void refuse(String requests) {
        window.expect("500 GET .*");
        window.page()
                .route(
                        requests,
                        (Consumer<Route>)
                                route -> route.fulfill(
                                        new FulfillOptions()
                                                .setStatus(500)
                                                .setContentType("application/problem+json")
                                                .setBody(
                                                        "{\"type\":\"/problems/internal-error\",\"title\":\"Error\",\"requestId\":\"0123456789abcdef\"}")));
    }
}
