package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.button;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.text;

import com.google.gson.JsonObject;
import com.microsoft.playwright.BrowserContext.GrantPermissionsOptions;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.push.PushServiceStub;
import org.muster.push.PushedBrowser;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Messages to a browser: turned on in the page, and shown by its service worker. */
@ExtendWith(InBrowser.class)
class PushBrowserIT {
    private static final String SUBSCRIPTION = "/api/v1/me/push-subscription";

    /** Chromium subscribes at its maker's push service only, and without a display it asks nobody. This stands in for both. */
    private static final String SUBSCRIBES = """
            let current = null;
            Object.defineProperty(Notification, 'permission', { get: () => 'granted' });
            Notification.requestPermission = async () => 'granted';
            PushManager.prototype.getSubscription = async () => current;
            PushManager.prototype.subscribe = async ({ applicationServerKey, userVisibleOnly }) => {
                const bytes = atob(applicationServerKey.replaceAll('-', '+').replaceAll('_', '/'));
                if (!userVisibleOnly || bytes.length !== 65) {
                    throw new DOMException('refused', 'AbortError');
                }
                current = {
                    options: { applicationServerKey: Uint8Array.from(bytes, one => one.charCodeAt(0)).buffer },
                    toJSON: () => (%s),
                    unsubscribe: async () => { current = null; return true; },
                };
                return current;
            };
            """;

    private static final String SHOWN = """
            async title => (await (await navigator.serviceWorker.ready).getNotifications()).some(one => one.title === title)
            """;

    private static final String SUBSCRIBED =
            "async () => (await (await fetch('" + SUBSCRIPTION + "')).json()).subscription !== null";

    private static PushServiceStub service;
    private static EmbeddedDatabase database;
    private static Server muster;

    private final Windows windows;
    private final PushedBrowser browser;
    private final URI endpoint = service.endpoint();
    private final Client nobody = Client.anonymous(muster.base());
    private final Client bob = nobody.signedUp("Bob");

    PushBrowserIT(Windows windows) throws Exception {
        this.windows = windows;
        browser = new PushedBrowser();
    }

    @BeforeAll
    static void start() {
        service = new PushServiceStub();
        database = EmbeddedDatabase.temporary();
        var variables = new HashMap<>(RunningMuster.patientEnvironment(database));
        variables.putAll(Map.of(
                "VAPID_PRIVATE_KEY", "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
                "VAPID_SUBJECT", "mailto:ann@example.org",
                "PUSH_ORIGINS", service.origin()));
        muster = Server.start(variables);
        muster.awaitReady(Duration.ofMinutes(3));
    }

    @AfterAll
    static void stop() {
        muster.close();
        database.close();
        service.close();
    }

    @Test
    void whoTurnsMessagesOnIsToldThatTheyMoveUp() throws Exception {
        var ann = nobody.signedUp("Ann");
        var group = Made.group(ann, "Walkers", "open", "public");
        var hike = Made.published(ann, group, "Hike", "'capacity':1,'waitlist':true");
        Made.signUp(ann, hike, 0);
        Made.member(bob, group);
        Made.signUp(bob, hike, 0);
        var window = opened(Look.PHONE);
        var page = window.page();
        assertThat(heading(page, "Messages on this device")).isVisible();
        assertThat(text(page, "Messages are off in this browser.")).isVisible();
        window.assertAccessible().assertFits();
        assertThat(subscribed()).isFalse();

        button(page, "Turn on here").click();

        assertThat(text(page, "Messages are on in this browser.")).isVisible();
        assertThat(button(page, "Turn off here")).isFocused();
        window.dark().assertAccessible();
        ann.delete(hike + "/signups/me");
        var message = browser.read(service.await(endpoint, 0).body());
        deliver(page, message.toString());
        page.waitForFunction(SHOWN, "You have a seat now: Hike");

        button(page, "Turn off here").click();

        assertThat(text(page, "Messages are off in this browser.")).isVisible();
        assertThat(subscribed()).isFalse();
    }

    @Test
    void aMessageThatCannotBeReadIsShownToo() {
        var page = opened(Look.DESKTOP).page();

        deliver(page, "no JSON");

        page.waitForFunction(SHOWN, "Muster");
    }

    @Test
    void messagesBeginAgainWhenTheSamePersonSignsInButNotForAnother() {
        var window = opened(Look.DESKTOP);
        var page = window.page();
        turnOn(page);
        var again = signedInAgain();
        assertThat(bob.delete("/api/v1/sessions").status()).isEqualTo(204);

        window.signedInAs(again).go("/me");

        assertThat(text(page, "Messages are on in this browser.")).isVisible();
        assertThat(again.get(SUBSCRIPTION).json().isNull("subscription")).isFalse();
        var cleo = nobody.signedUp("Cleo");
        window.signedInAs(cleo).go("/me");
        assertThat(text(page, "Messages are off in this browser.")).isVisible();
        page.waitForFunction("() => localStorage.getItem('muster.push') === null");
        assertThat(cleo.get(SUBSCRIPTION).json().isNull("subscription")).isTrue();
    }

    @Test
    void messagesGoOnForWhoSignsInAgainInTheSamePage() throws SQLException {
        signedInAgain();
        var window = opened(Look.DESKTOP).expect("403 DELETE /api/v1/me/sessions/.*");
        var page = window.page();
        turnOn(page);
        database.update("UPDATE user_session SET created_at = now() - interval '1 day' WHERE user_id = '%s'"
                .formatted(bob.id()));

        button(page, "End session").click();
        page.getByRole(AriaRole.DIALOG).getByLabel("Password").fill("correct horse");
        page.keyboard().press("Enter");

        assertThat(page.locator("[data-at=sessions] li")).hasCount(1);
        Window.await(page, SUBSCRIBED);
    }

    @Test
    void signingOutEndsMessages() {
        var page = opened(Look.DESKTOP).page();
        turnOn(page);

        button(page, "My account").click();
        button(page, "Sign out").first().click();

        assertThat(text(page, "You are signed out.").first()).isVisible();
        page.waitForFunction("() => localStorage.getItem('muster.push') === null");
    }

    @Test
    void aBrowserThatBlocksMessagesSaysSo() {
        var window = opened(Look.PHONE, "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });");

        assertThat(text(window.page(), "Your browser blocks messages of this page."))
                .isVisible();
        assertThat(button(window.page(), "Turn on here")).isHidden();
        window.assertAccessible().assertFits();
    }

    private Window opened(Look look) {
        return opened(look, SUBSCRIBES.formatted(Client.json(browser.json(endpoint))));
    }

    /** Bob's account, with this script before those of the page, once the service worker is there. */
    private Window opened(Look look, String script) {
        var window = windows.openWithWorker(look, muster.base(), bob);
        var page = window.page();
        page.context()
                .grantPermissions(
                        List.of("notifications"),
                        new GrantPermissionsOptions().setOrigin(muster.base().toString()));
        page.addInitScript(script);
        window.go("/me");
        page.waitForFunction("async () => Boolean((await navigator.serviceWorker.ready).active)");
        return window;
    }

    private static void turnOn(Page page) {
        button(page, "Turn on here").click();
        assertThat(text(page, "Messages are on in this browser.")).isVisible();
    }

    private Client signedInAgain() {
        var session = nobody.post(
                "/api/v1/sessions",
                "{'email':'%s','password':'correct horse'}"
                        .formatted(bob.get("/api/v1/me").string("email")));
        return nobody.with("Authorization", "Bearer " + session.string("token"));
    }

    private boolean subscribed() {
        return !bob.get(SUBSCRIPTION).json().isNull("subscription");
    }

    /** Has the browser give its service worker what it would have got from a push service, and decrypted. */
    private static void deliver(Page page, String data) {
        var devTools = page.context().newCDPSession(page);
        var parameters = new JsonObject();
        parameters.addProperty("origin", muster.base().resolve("/").toString().replaceFirst("/$", ""));
        parameters.addProperty("registrationId", registration(page, devTools));
        parameters.addProperty("data", data);
        devTools.send("ServiceWorker.deliverPushMessage", parameters);
    }

    private static String registration(Page page, CDPSession devTools) {
        var found = new AtomicReference<String>();
        devTools.on(
                "ServiceWorker.workerRegistrationUpdated",
                event -> event.getAsJsonArray("registrations")
                        .forEach(one -> found.set(
                                one.getAsJsonObject().get("registrationId").getAsString())));
        devTools.send("ServiceWorker.enable");
        page.waitForCondition(() -> found.get() != null);
        return found.get();
    }
}
