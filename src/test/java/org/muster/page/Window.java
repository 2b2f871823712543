package org.muster.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import com.microsoft.playwright.options.SameSiteAttribute;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.muster.Client;

/**
 * A browser window on Muster that keeps what goes wrong in it: errors on the console (violations of the
 * Content-Security-Policy are among them), exceptions, requests that failed or were answered 400 or more, and requests
 * to anywhere else. A test fails on them unless it {@linkplain #expect expects} them.
 */
final class Window {
    private static final double PATIENCE_MS = 20_000;
    private static final String AXE = resource("/axe.min.js");

    /** Each rule that is broken, with where. */
    private static final String BROKEN_RULES = """
            async () => {
                const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
                const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
                return violations.flatMap(({ id, help, nodes }) =>
                        nodes.map(node => `${id}: ${help}: ${node.html} ${node.failureSummary}`));
            }
            """;

    /** Each element that sticks out of a page that can be scrolled sideways. */
    private static final String STICKING_OUT = """
            () => {
                const width = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= width) {
                    return [];
                }
                const out = [...document.body.querySelectorAll('*')]
                        .filter(element => element.getBoundingClientRect().right > width)
                        .map(element => `${element.cloneNode().outerHTML} ends at ${element.getBoundingClientRect().right}`);
                return [`The page is ${document.documentElement.scrollWidth} px wide in a window of ${width} px`, ...out];
            }
            """;

    private final BrowserContext context;
    private final URI base;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();
    private final List<Pattern> expected = new ArrayList<>();

    Window(BrowserContext context, URI base) {
        this.context = context;
        this.base = base;
        context.setDefaultTimeout(PATIENCE_MS);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        page = context.newPage();
        page.onConsoleMessage(this::console);
        page.onPageError(error ->
                complaints.add("exception: " + error.lines().findFirst().orElseThrow()));
        page.onRequest(this::request);
        page.onRequestFailed(this::failed);
        page.onResponse(this::response);
    }

    /** What to click, type and look at. */
    Page page() {
        return page;
    }

    Window signedInAs(Client client) {
        var token = client.header("Authorization").substring("Bearer ".length());
        // The second one tells the page that there is the first.
        context.addCookies(List.of(cookie("muster", token, "/api"), cookie("muster-session", "1", "/")));
        return this;
    }

    /** Goes to this path, such as {@code /groups}. */
    Window go(String path) {
        page.navigate(base.resolve(path).toString());
        return this;
    }

    /** Opens this path in a page that is open, as its links do. */
    static void open(Page page, String path) {
        page.evaluate("""
                path => {
                    const link = document.createElement('a');
                    link.href = path;
                    document.body.append(link);
                    link.click();
                    link.remove();
                }
                """, path);
    }

    /** Waits until an asynchronous function returns true. For {@link Page#waitForFunction} the promise that it returns is enough. */
    static void await(Page page, String function) {
        await(page, function, null);
    }

    /** The same with an argument. */
    static void await(Page page, String function, Object argument) {
        page.waitForCondition(() -> Boolean.TRUE.equals(page.evaluate(function, argument)));
    }

    /** Shows the same in the dark theme. */
    Window dark() {
        return colours(ColorScheme.DARK);
    }

    /** Shows the same in the light theme. */
    Window light() {
        return colours(ColorScheme.LIGHT);
    }

    /** Says that something of this kind is to go wrong, such as {@code 412 PATCH .*}. */
    Window expect(String complaint) {
        expected.add(Pattern.compile(complaint));
        return this;
    }

    /** What went wrong so far. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Nothing went wrong but what was expected, and that did. */
    void assertNoComplaints() {
        assertThat(complaints)
                .as("what went wrong in the window at %s", page.url())
                .allMatch(complaint -> expected.stream()
                        .anyMatch(pattern -> pattern.matcher(complaint).matches()));
        assertThat(expected)
                .as("what was expected to go wrong in the window at %s", page.url())
                .allMatch(pattern -> complaints.stream()
                        .anyMatch(complaint -> pattern.matcher(complaint).matches()));
    }

    /** No rule of WCAG 2.2 A and AA or of axe's best practices is broken. */
    Window assertAccessible() {
        page.evaluate(AXE + "\n;undefined");
        assertThat((List<?>) page.evaluate(BROKEN_RULES))
                .as("axe on %s", page.url())
                .isEmpty();
        return this;
    }

    /** Nobody has to scroll sideways. */
    Window assertFits() {
        assertThat((List<?>) page.evaluate(STICKING_OUT))
                .as("what is too wide on %s", page.url())
                .isEmpty();
        return this;
    }

    /** Puts a picture of the window into the documentation. */
    Window illustrate(String name) {
        // Nothing is pointed at.
        page.mouse().move(0, 0);
        picture(Path.of("docs", "screenshots", name + ".png"));
        return this;
    }

    void picture(Path file) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }

    void close() {
        context.close();
    }

    private Window colours(ColorScheme colours) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(colours));
        return this;
    }

    private Cookie cookie(String name, String value, String path) {
        return new Cookie(name, value).setDomain(base.getHost()).setPath(path).setSameSite(SameSiteAttribute.STRICT);
    }

    private void console(ConsoleMessage message) {
        if (message.type().equals("error") && !message.text().startsWith("Failed to load resource")) {
            complaints.add("console: " + message.text());
        }
    }

    private void request(Request request) {
        if (request.url().startsWith("http") && !isOwn(request)) {
            complaints.add("elsewhere: " + request.url());
        }
    }

    /** What the page itself gave up, such as a stream of a view that was left, is no failure. */
    private void failed(Request request) {
        if (isOwn(request) && !"net::ERR_ABORTED".equals(request.failure())) {
            complaints.add("%s %s %s".formatted(request.failure(), request.method(), path(request.url())));
        }
    }

    private void response(Response response) {
        if (response.status() >= 400 && isOwn(response.request())) {
            complaints.add(
                    "%d %s %s".formatted(response.status(), response.request().method(), path(response.url())));
        }
    }

    private boolean isOwn(Request request) {
        return base.getAuthority().equals(URI.create(request.url()).getAuthority());
    }

    private static String path(String address) {
        var uri = URI.create(address);
        return uri.getRawQuery() == null ? uri.getRawPath() : uri.getRawPath() + "?" + uri.getRawQuery();
    }

    private static String resource(String name) {
        try (var in = Window.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
