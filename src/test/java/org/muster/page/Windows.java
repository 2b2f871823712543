package org.muster.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.muster.Client;

/** The browser windows of one test; none knows of another's cookies. */
final class Windows implements AutoCloseable {
    private final Browser browser;
    private final Supplier<URI> base;
    private final List<Window> open = new ArrayList<>();

    Windows(Browser browser, Supplier<URI> base) {
        this.browser = browser;
        this.base = base;
    }

    /** A window of somebody who is not signed in. */
    Window open(Look look) {
        return open(look, base.get());
    }

    /** A window on another server, of somebody who is not signed in. */
    Window open(Look look, URI server) {
        var window = new Window(browser.newContext(look.options()), server);
        open.add(window);
        return window;
    }

    /** A window in which the client's user is signed in. */
    Window open(Look look, Client client) {
        return open(look).signedInAs(client);
    }

    /** A window in which the client's user is signed in, and that lets the page start its service worker. */
    Window openWithWorker(Look look, Client client) {
        return openWithWorker(look, base.get(), client);
    }

    /** The same on another server. */
    Window openWithWorker(Look look, URI server, Client client) {
        var options = look.options().setServiceWorkers(ServiceWorkerPolicy.ALLOW);
        var window = new Window(browser.newContext(options), server);
        open.add(window);
        return window.signedInAs(client);
    }

    void assertNoComplaints() {
        open.forEach(Window::assertNoComplaints);
    }

    /** What the windows show at the end of a test that failed. */
    void keepPictures(String test) {
        var directory = Path.of(System.getProperty("project.build.directory"), "browser-failures");
        for (var i = 0; i < open.size(); i++) {
            open.get(i).picture(directory.resolve("%s-%d.png".formatted(test, i + 1)));
        }
    }

    @Override
    public void close() {
        open.forEach(Window::close);
    }
}
