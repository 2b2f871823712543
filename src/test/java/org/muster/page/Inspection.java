package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ForcedColors;
import java.util.List;

/**
 * A view as everybody may see it: in each language, on narrow and wide windows, with text of twice the size, in light, dark and
 * forced colours. All on one load of the page, because loads take most of the time.
 */
final class Inspection {
    private static final List<String> LANGUAGES = List.of("en", "fr", "de", "es");
    /** A phone held in one hand; 640 CSS pixels are a window of 1280 at 200 %; where the layout changes; a large screen. */
    private static final List<Integer> WIDTHS = List.of(320, 640, 833, 1280, 2560);

    private static final int WIDEST = 2560;
    private static final int PHONE = 360;
    private static final int DESKTOP = 1280;
    private static final int HEIGHT = 800;
    private static final double MOST_SHIFT = 0.05;

    private static final String OBSERVE_SHIFTS = """
            window.shifted = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
                window.shifted += entry.hadRecentInput ? 0 : entry.value;
            })).observe({ type: 'layout-shift', buffered: true });
            """;

    private static final String TWO_FRAMES =
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

    private static final String SPEAKS = "language => document.documentElement.lang === language";

    private static final String IS_LOADING = "main[aria-busy], main .loading";

    /** Text that its box cuts at the side. A line that is clamped ends with an ellipsis below. */
    private static final String CUT = """
            () => [...document.body.querySelectorAll('*')]
                    .filter(element => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
                    .filter(element => !element.matches('input'))
                    .filter(element => {
                        const { clipPath, overflowX } = getComputedStyle(element);
                        return clipPath === 'none' && ['hidden', 'clip'].includes(overflowX);
                    })
                    .map(element => `${element.cloneNode().outerHTML} cuts '${element.textContent.slice(0, 80)}'`)
            """;

    /** What is chosen, and looks like what is not. */
    private static final String UNTOLD = """
            () => {
                const looks = element => {
                    const { color, backgroundColor, borderBottomColor, textDecorationLine } = getComputedStyle(element);
                    return [color, backgroundColor, borderBottomColor, textDecorationLine].join();
                };
                const chosen = '[aria-pressed=true], nav [aria-current]';
                return [...document.querySelectorAll(chosen)]
                        .filter(one => [...one.parentElement.children].some(other => other.tagName === one.tagName
                                && !other.matches(`${chosen}, .button.primary`) && looks(other) === looks(one)))
                        .map(one => one.outerHTML);
            }
            """;

    /** What moves although the browser asks for less motion. Who waits sees a slow spinner. */
    private static final String MOVING = """
            () => document.getAnimations()
                    .map(({ effect }) => effect.target)
                    .filter(target => !target.matches('.spinner'))
                    .map(target => target.outerHTML)
            """;

    private final Window window;
    private final Page page;
    /** How much loads for as long as the inspection takes. */
    private final int loading;

    private Inspection(Window window) {
        this.window = window;
        page = window.page();
        loading = page.locator(IS_LOADING).count();
    }

    /** Opens the view in a window of somebody who speaks English. */
    static void inspect(Window window, String view) {
        window.page().addInitScript(OBSERVE_SHIFTS);
        window.go(view);
        assertShown(window.page());
        window.page().evaluate(TWO_FRAMES);
        assertThat(((Number) window.page().evaluate("window.shifted")).doubleValue())
                .as("the shift of %s", view)
                .isLessThan(MOST_SHIFT);
        inspectShown(window);
    }

    /** Inspects what the window shows. */
    static void inspectShown(Window window) {
        var inspection = new Inspection(window);
        for (var i = 0; i < LANGUAGES.size(); i++) {
            inspection.speak(LANGUAGES.get(i));
            inspection.assertLegible();
            if (i < 2) {
                // More languages would show no other roles, labels or colours.
                inspection.page.setViewportSize(i == 0 ? PHONE : DESKTOP, HEIGHT);
                (i == 0 ? window.light() : window.dark()).assertAccessible();
            }
        }
        inspection.assertToldInForcedColours();
        inspection.speak(LANGUAGES.get(0));
    }

    static void assertShown(Page page) {
        assertThat(page.locator("main h1")).isVisible();
        assertThat(page.locator(IS_LOADING)).hasCount(0);
    }

    private void speak(String language) {
        page.locator(".choices select").first().selectOption(language);
        page.waitForFunction(SPEAKS, language);
        assertThat(page.locator(IS_LOADING)).hasCount(loading);
    }

    private void assertLegible() {
        for (var width : WIDTHS) {
            assertLegible(width);
        }
        page.evaluate("document.documentElement.style.fontSize = '200%'");
        // Between these widths, browsers with such text choose the layout of a narrower window. Scripts cannot have
        // them do so.
        assertLegible(PHONE);
        assertLegible(WIDEST);
        page.evaluate("document.documentElement.style.fontSize = ''");
        assertThat((List<?>) page.evaluate(MOVING)).as("what moves").isEmpty();
    }

    private void assertLegible(int width) {
        page.setViewportSize(width, HEIGHT);
        window.assertFits();
        var cut = (List<?>) page.evaluate(CUT);
        if (!cut.isEmpty()) {
            // Charts follow the size of the window a little later.
            page.evaluate(TWO_FRAMES);
            cut = (List<?>) page.evaluate(CUT);
        }
        assertThat(cut).as("what is cut at %d px on %s", width, page.url()).isEmpty();
    }

    private void assertToldInForcedColours() {
        page.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.ACTIVE));
        assertThat((List<?>) page.evaluate(UNTOLD))
                .as("what forced colours do not tell on %s", page.url())
                .isEmpty();
        page.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.NONE));
    }
}
