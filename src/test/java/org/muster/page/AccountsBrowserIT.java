package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.answer;
import static org.muster.page.Find.button;
import static org.muster.page.Find.field;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.item;
import static org.muster.page.Find.link;
import static org.muster.page.Find.linkInView;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.Authenticator;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.run.EmbeddedDatabase;
import org.muster.run.Server;

/** Who may open an account, what it needs, and what operators do to accounts, in a browser, on servers without mail, with the shared database. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class AccountsBrowserIT {
    private static Server invited;
    private static Server closed;
    private static Client olga;

    private final Windows windows;
    private final String name = "Ann " + UUID.randomUUID().toString().substring(0, 8);
    private final String email = "ann-" + UUID.randomUUID() + "@example.org";

    AccountsBrowserIT(Windows windows) {
        this.windows = windows;
    }

    @BeforeAll
    static void start(Client nobody, EmbeddedDatabase database) {
        var operator = nobody.signedUp("Olga");
        var variables = new HashMap<>(RunningMuster.environment(database));
        variables.put("MUSTER_OPERATORS", operator.id().toString());
        invited = started(variables, Map.of("MUSTER_REGISTRATION", "invited"));
        closed = started(variables, Map.of("MUSTER_REGISTRATION", "closed", "MUSTER_SECOND_FACTOR", "required"));
        olga = operator.at(invited.base());
    }

    @AfterAll
    static void stop() {
        invited.close();
        closed.close();
    }

    @Test
    void withoutMailOperatorsHelpWhoForgotTheirPassword() {
        var window = windows.open(Look.PHONE, closed.base()).go("/sign-in");

        link(window.page(), "Forgot your password?").click();

        assertThat(text(window.page(), "Ask its operator, who can make a link to a new password for you."))
                .isVisible();
        window.assertAccessible().assertFits();
    }

    @Test
    void whereNobodyMaySignUpTheViewSaysSo() {
        var window = windows.open(Look.PHONE, closed.base()).go("/sign-up");

        assertThat(text(window.page(), "Nobody can sign up here")).isVisible();
        window.assertAccessible().assertFits();
    }

    @Test
    void whereAnInvitationIsNeededItGoesAlong() {
        var group = Made.group(olga, "Rowers", "invite", "private");
        var token = olga.post(group + "/invitations", "{}").string("token");
        var window = windows.open(Look.PHONE, invited.base()).go("/sign-up");
        var page = window.page();
        assertThat(text(page, "You need an invitation")).isVisible();
        window.assertAccessible().assertFits();

        window.go("/invitations#token=" + token);
        linkInView(page, "Sign up").click();
        assertThat(text(page, "You join Rowers with your account.")).isVisible();
        page.getByLabel("Your name").fill(name);
        field(page, "Email address").fill(email);
        page.getByLabel("Password").fill("correct horse");
        button(page, "Sign up").click();

        assertThat(heading(page, "Rowers")).isVisible();
        assertThat(olga.get(group + "/members").items()).hasSize(2);
    }

    @Test
    void anAccountIsFoundSuspendedAndAllowedAgain() {
        var ann = invited(email, name);
        var window = operator(Look.PHONE).go("/operate");
        var page = window.page();

        link(page, "Accounts").click();
        page.getByLabel("Search accounts by name or email address").fill(email);
        assertThat(page.locator("main li")).hasCount(1);
        assertThat(item(page, email)).containsText("Not verified");
        window.assertAccessible().assertFits();
        button(page, "Actions for " + name).click();
        button(page, "Suspend").click();
        page.getByRole(AriaRole.DIALOG).getByLabel("Reason").fill("Sends spam");
        window.assertAccessible();
        answer(page, "Suspend").click();
        assertThat(item(page, email)).containsText("Suspended");
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);

        button(page, "Actions for " + name).click();
        button(page, "Lift suspension").click();
        assertThat(item(page, email)).not().containsText("Suspended");
        assertThat(signedIn(invited.base(), email).get("/api/v1/me").status()).isEqualTo(200);

        button(page, "Actions for " + name).click();
        button(page, "What operators did").click();
        var history = page.getByRole(AriaRole.DIALOG).getByRole(AriaRole.LISTITEM);
        assertThat(history).hasCount(2);
        assertThat(history.nth(0)).containsText("Suspension lifted");
        assertThat(history.nth(1)).containsText("Suspended");
        assertThat(history.nth(1)).containsText("Sends spam");
        window.assertAccessible().assertFits();
    }

    @Test
    void aResetLinkIsShownOnceAndSetsAPassword() {
        invited(email, name);
        var window = operator(Look.DESKTOP).go("/operate/accounts");
        var page = window.page();

        page.getByLabel("Search accounts by name or email address").fill(name);
        assertThat(page.locator("main li")).hasCount(1);
        button(page, "Actions for " + name).click();
        button(page, "Make a reset link").click();
        answer(page, "Make a reset link").click();
        var shown = field(page, "Link for " + name).inputValue();
        window.assertAccessible();
        answer(page, "Done").click();
        assertThat(field(page, "Link for " + name)).hasCount(0);

        var owner = windows.open(Look.PHONE, invited.base()).go("/" + shown.substring(shown.indexOf("#/")));
        setPassword(owner.page(), "battery staple");
        assertThat(heading(owner.page(), "Sign in")).isVisible();
        assertThat(signIn(invited.base(), email, "battery staple").status()).isEqualTo(201);
    }

    @Test
    void aSecondFactorThatIsLostIsRemoved() {
        var ann = invited(email, name);
        enableSecondFactor(ann);
        var window = operator(Look.PHONE).go("/operate/accounts");
        var page = window.page();

        page.getByLabel("Search accounts by name or email address").fill(email);
        assertThat(page.locator("main li")).hasCount(1);
        assertThat(item(page, email)).containsText("Second factor");
        button(page, "Actions for " + name).click();
        button(page, "Remove second factor").click();
        window.assertAccessible();
        answer(page, "Remove second factor").click();

        assertThat(item(page, email)).not().containsText("Second factor");
        assertThat(ann.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(signIn(invited.base(), email, "correct horse").status()).isEqualTo(201);
    }

    @Test
    void whereASecondFactorIsRequiredItIsSetUpFirst() {
        invited(email, name);
        var window = windows.open(Look.PHONE, closed.base()).go("/notifications");
        var page = window.page();

        signIn(page);
        assertThat(heading(page, "Set up a second factor")).isVisible();
        window.assertAccessible().assertFits();
        window.go("/groups");
        assertThat(heading(page, "Set up a second factor")).isVisible();
        beginSecondFactor(page);
        window.assertAccessible().assertFits();
        turnOnSecondFactor(page);
        assertThat(heading(page, "Save your recovery codes")).isFocused();
        window.assertAccessible().assertFits();
        button(page, "I have saved them").click();

        assertThat(heading(page, "Groups")).isVisible();
    }

    @Test
    void theRecoveryCodesStayUntilTheyAreSavedAndOtherTabsGoOn() {
        invited(email, name);
        var page =
                windows.open(Look.DESKTOP, closed.base()).go("/notifications").page();
        signIn(page);
        assertThat(heading(page, "Set up a second factor")).isVisible();
        var other = page.context().newPage();
        other.navigate(closed.base().resolve("/groups").toString());
        assertThat(heading(other, "Set up a second factor")).isVisible();

        beginSecondFactor(page);
        turnOnSecondFactor(page);
        var codes = page.locator("main li");
        assertThat(codes).hasCount(10);
        var shown = codes.allInnerTexts().toArray(String[]::new);
        link(page, "Groups").click();
        assertThat(heading(page, "Set up a second factor")).isFocused();
        assertThat(codes).hasText(shown);
        page.getByRole(AriaRole.CONTENTINFO).getByLabel("Language").selectOption("de");
        assertThat(heading(page, "Speichere deine Wiederherstellungscodes")).isVisible();
        assertThat(codes).hasText(shown);

        beginSecondFactor(other);
        assertThat(heading(other, "Groups")).isVisible();
        button(page, "Ich habe sie gespeichert").click();
        assertThat(heading(page, "Gruppen")).isVisible();
    }

    @Test
    void whoMustSetOneUpCanStillFollowTheirLinks() {
        var id = invited(email, name).id();
        var reset = olga.post("/api/v1/operator/accounts/" + id + "/reset-link").string("url");
        var window = windows.open(Look.PHONE, closed.base()).go("/me").expect("401 GET /api/v1/me");
        var page = window.page();
        signIn(page);
        assertThat(heading(page, "Set up a second factor")).isVisible();

        window.go("/unsubscribe?topic=groups#token=" + UUID.randomUUID());
        assertThat(heading(page, "Unsubscribe")).isVisible();
        window.go("/forgot-password");
        assertThat(heading(page, "Forgot your password?")).isVisible();
        window.go("/sign-in?failure=denied");
        assertThat(text(page, "the other site did not allow it")).isVisible();
        window.go("/" + reset.substring(reset.indexOf("#/")));
        setPassword(page, "battery staple");

        assertThat(heading(page, "Sign in")).isVisible();
        assertThat(signIn(closed.base(), email, "battery staple").status()).isEqualTo(201);
    }

    @Test
    void whoSignsInToFinishWhatTheyBeganSetsOneUpFirst() {
        invited(email, name);
        var group = Made.group(olga, "Walkers", "open", "public");
        var hike = Made.published(olga, group, "Hike", "'capacity':8,'guestsAllowed':3");
        var window = windows.open(Look.PHONE, closed.base()).go(Made.view(hike)).expect("401 PUT .*");
        var page = window.page();

        page.getByLabel("Guests").selectOption("2");
        button(page, "Sign up").click();
        field(page, "Email address").fill(email);
        field(page, "Password").fill("correct horse");
        answer(page, "Sign in").click();
        assertThat(heading(page, "Set up a second factor")).isFocused();
        beginSecondFactor(page);
        turnOnSecondFactor(page);
        button(page, "I have saved them").click();

        assertThat(heading(page, "Hike")).isVisible();
        assertThat(text(page, "You bring 2 guests.")).isVisible();
        assertThat(olga.get(hike + "/availability").json().getInt("seatsTaken")).isEqualTo(3);
    }

    @Test
    void whoSignsInToJoinIsNotToldToSignIn() {
        invited(email, name);
        var group = Made.group(olga, "Walkers", "open", "public");
        var window =
                windows.open(Look.DESKTOP, closed.base()).go(Made.view(group)).expect("401 PUT .*");
        var page = window.page();

        button(page, "Join group").click();
        field(page, "Email address").fill(email);
        field(page, "Password").fill("correct horse");
        answer(page, "Sign in").click();

        assertThat(heading(page, "Set up a second factor")).isFocused();
        assertThat(page.locator(".toast")).hasCount(0);
    }

    @Test
    void anOperatorSetsOneUpFirstEvenWhereTheViewDoesNotWaitForTheSession() {
        var operator = signedIn(closed.base(), olga.get("/api/v1/me").string("email"));
        var window = windows.open(Look.DESKTOP, closed.base()).signedInAs(operator);
        var page = window.page();
        var held = new ArrayList<Route>();
        page.route("**/api/v1/me", held::add);

        window.go("/operate").expect("403 GET .*");
        assertThat(text(page, "Operators only")).isVisible();
        held.forEach(Route::resume);

        assertThat(heading(page, "Set up a second factor")).isVisible();
    }

    @Test
    void whoOpensTheListAndIsNoOperatorIsToldSo() {
        var window = windows.open(Look.PHONE, invited.base())
                .signedInAs(invited(email, name))
                .go("/operate/accounts");

        assertThat(text(window.page(), "Operators only")).isVisible();
        window.assertAccessible().assertFits();
    }

    private Window operator(Look look) {
        return windows.open(look, invited.base()).signedInAs(olga);
    }

    private void signIn(Page page) {
        field(page, "Email address").fill(email);
        field(page, "Password").fill("correct horse");
        button(page, "Sign in").click();
    }

    private static void beginSecondFactor(Page page) {
        page.getByLabel("Current password").fill("correct horse");
        button(page, "Set up").click();
    }

    private static void turnOnSecondFactor(Page page) {
        field(page, "Code")
                .fill(Authenticator.of(field(page, "Key").inputValue()).code());
        button(page, "Turn on").click();
    }

    private static void setPassword(Page page, String password) {
        field(page, "New password").fill(password);
        field(page, "Repeat the new password").fill(password);
        button(page, "Set password").click();
    }

    private static Server started(Map<String, String> variables, Map<String, String> further) {
        var all = new HashMap<>(variables);
        all.putAll(further);
        var server = Server.start(all);
        server.awaitReady(Duration.ofMinutes(3));
        return server;
    }

    /** Opens an account with an invitation. */
    private static Client invited(String email, String name) {
        var group = Made.group(olga, "Hikers", "invite", "private");
        var token = olga.post(group + "/invitations", "{}").string("token");
        var opened = Client.anonymous(invited.base()).post("/api/v1/users", """
                {'email':'%s','password':'correct horse','displayName':'%s','zone':'UTC','invitation':'%s'}
                """.formatted(email, name, token));
        assertThat(opened.status()).as(opened.body()).isEqualTo(201);
        return signedIn(invited.base(), email);
    }

    private static void enableSecondFactor(Client ann) {
        var path = "/api/v1/me/second-factor";
        var secret = ann.post(path, "{'currentPassword':'correct horse'}").string("secret");
        var code = Authenticator.of(secret).code();
        assertThat(ann.post(path + "/confirm", "{'code':'%s'}".formatted(code)).status())
                .isEqualTo(200);
    }

    private static Client signedIn(URI base, String email) {
        var token = signIn(base, email, "correct horse").string("token");
        return Client.anonymous(base).with("Authorization", "Bearer " + token);
    }

    private static Client.Answer signIn(URI base, String email, String password) {
        return Client.anonymous(base)
                .post("/api/v1/sessions", "{'email':'%s','password':'%s'}".formatted(email, password));
    }
}
