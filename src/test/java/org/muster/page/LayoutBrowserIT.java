package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
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

/** Views on windows of all widths: nothing sticks out, nothing is cut, nothing jumps, and all have the same frame. */
@ExtendWith({RunningMuster.class, InBrowser.class})
@TestInstance(Lifecycle.PER_CLASS)
class LayoutBrowserIT {
    /** A phone held in one hand; what is left of a window at 200 %; a large screen. */
    private static final List<Integer> WIDTHS = List.of(320, 360, 640, 641, 700, 750, 831, 833, 1024, 1280, 2560);

    private static final double MOST_SHIFT = 0.05;

    private static final String OBSERVE = """
            window.shifted = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
                window.shifted += entry.hadRecentInput ? 0 : entry.value;
            })).observe({ type: 'layout-shift', buffered: true });
            """;

    /** The links of the header whose words do not fit. */
    private static final String CUT = """
            () => [...document.querySelectorAll('.top a span, .brand')]
                    .filter(element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
                    .map(element => element.textContent)
            """;

    /** What has the focus, if something that sticks to an edge of the window covers a part of it. */
    private static final String COVERED = """
            () => {
                const focused = document.activeElement;
                const { left, top, width, height } = focused.getBoundingClientRect();
                return [top + 1, top + height - 1].filter((y) => {
                    const shown = document.elementFromPoint(left + width / 2, y);
                    return focused !== document.body && height > 2 && !focused.contains(shown) && !shown?.contains(focused);
                }).map((y) => `${focused.outerHTML.slice(0, 200)} at ${y}`);
            }
            """;

    private Client olga;
    private String group;
    private String hike;

    @BeforeAll
    void fill(Client nobody) {
        olga = nobody.signedUp("Olga");
        group = Made.group(olga, "Walkers " + UUID.randomUUID().toString().substring(0, 8), "open", "public");
        hike = Made.published(
                olga, group, "Hike", "'capacity':8,'description':'Bring water.','place':'East gate','guestsAllowed':2");
        for (var day = 10; day < 20; day++) {
            Made.published(olga, group, "Walk", "'capacity':%d".formatted(day));
        }
    }

    Stream<String> views() {
        return Stream.of("/", "/groups", Made.view(group), Made.view(group) + "?view=calendar", Made.view(hike));
    }

    @Test
    void theHeaderFitsAtEveryWidth(Windows windows) {
        for (var language : List.of("en-CA", "fr-CA", "de-DE", "es-ES")) {
            var look = Look.DESKTOP.in(language);
            for (var window : List.of(windows.open(look), windows.open(look, olga))) {
                var page = window.go("/").page();
                for (var width : WIDTHS) {
                    page.setViewportSize(width, 800);
                    assertShown(page);
                    window.assertFits();
                    assertThat((List<?>) page.evaluate(CUT))
                            .as("cut at %d px", width)
                            .isEmpty();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("views")
    void nothingJumps(String view, Windows windows) {
        for (var look : List.of(Look.PHONE, Look.DESKTOP)) {
            for (var window : List.of(windows.open(look), windows.open(look, olga))) {
                window.page().addInitScript(OBSERVE);
                var page = window.go(view).page();
                assertShown(page);
                page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
                assertThat(((Number) page.evaluate("window.shifted")).doubleValue())
                        .as("the shift of %s at %d px", view, look.width())
                        .isLessThan(MOST_SHIFT);
            }
        }
    }

    @Test
    void noBarCoversWhatHasTheFocus(Windows windows) {
        var window = windows.open(Look.PHONE, olga);
        for (var view : List.of("/me", Made.view(group), Made.view(hike) + "/edit")) {
            var page = window.go(view).page();
            assertShown(page);
            var focused = new ArrayList<String>();
            for (var i = 0; i < 60; i++) {
                page.keyboard().press(i < 30 ? "Tab" : "Shift+Tab");
                assertThat((List<?>) page.evaluate(COVERED)).isEmpty();
                focused.add((String) page.evaluate("document.activeElement.tagName"));
            }
            assertThat(focused)
                    .as("the focus on %s", view)
                    .filteredOn("BODY"::equals)
                    .hasSizeLessThan(10);
        }
    }

    @Test
    void allViewsHaveTheSameFrame(Windows windows) {
        var window = windows.open(Look.DESKTOP, olga);
        var widths = views().map(view -> {
            var page = window.go(view).page();
            assertShown(page);
            return page.locator("main > .view").boundingBox();
        });

        assertThat(widths).allSatisfy(box -> {
            assertThat(box.width).isEqualTo(1120);
            assertThat(box.x).isEqualTo(160);
        });
    }

    private static void assertShown(Page page) {
        assertThat(page.locator("main:not([aria-busy]) h1")).isVisible();
        assertThat(page.locator("main .loading")).hasCount(0);
    }
}
