package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.page.Find.answer;
import static org.muster.page.Find.button;
import static org.muster.page.Find.field;
import static org.muster.page.Find.heading;
import static org.muster.page.Find.text;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.muster.Authenticator;
import org.muster.Client;
import org.muster.RunningMuster;
import org.muster.totp.QrCodes;

@ExtendWith({RunningMuster.class, InBrowser.class})
class SecondFactorBrowserIT {
    private final Windows windows;
    private final Client nobody;
    private final Client ann;
    private final String email;

    SecondFactorBrowserIT(Windows windows, Client nobody) {
        this.windows = windows;
        this.nobody = nobody;
        ann = nobody.signedUp("Ann");
        email = ann.get("/api/v1/me").string("email");
    }

    @Test
    void itIsSetUpAskedForAndTurnedOff() throws Exception {
        var window = windows.open(Look.PHONE).signedInAs(ann).go("/me");
        var page = window.page();
        var part = part(page);

        part.getByLabel("Current password").fill("correct horse");
        part.getByRole(AriaRole.BUTTON)
                .filter(new Locator.FilterOptions().setHasText("Set up"))
                .click();
        assertThat(heading(page, "Add Muster to your authenticator app")).isFocused();
        assertThat(part.getByRole(AriaRole.IMG)).isVisible();
        window.assertAccessible().assertFits().dark().assertAccessible().light();
        var authenticator = Authenticator.of(field(page, "Key").inputValue());
        var address = part.locator("a[href^='otpauth:']").getAttribute("href");
        assertThat(address).contains("secret=" + authenticator.secret().text());
        assertThat(part.locator(".qr-code path").getAttribute("d")).isEqualTo(drawn(QrCodes.rows(address)));
        field(page, "Code").fill(authenticator.code());
        button(page, "Turn on").click();

        assertThat(heading(page, "Save your recovery codes")).isFocused();
        assertThat(part.locator("li")).hasCount(10);
        window.assertAccessible().assertFits();
        var codes = part.locator("li").allInnerTexts();
        Window.open(page, "/groups");
        assertThat(heading(page, "Groups")).isVisible();
        page.goBack();
        assertThat(part.locator("li")).hasText(codes.toArray(String[]::new));
        var saved = page.waitForDownload(() -> button(page, "Download").click());
        assertThat(Files.readAllLines(saved.path())).isEqualTo(codes);
        button(page, "I have saved them").click();
        assertThat(part).containsText("10 recovery codes are left.");
        assertThat(heading(page, "Second factor")).isFocused();
        window.assertAccessible().assertFits();

        signInWith(codes.get(0));

        button(page, "Turn off").click();
        page.getByRole(AriaRole.DIALOG).getByLabel("Current password").fill("correct horse");
        answer(page, "Use a recovery code").click();
        assertThat(field(page, "Recovery code")).isFocused();
        field(page, "Recovery code").fill(codes.get(1));
        window.assertAccessible().assertFits();
        answer(page, "Turn off").click();
        assertThat(text(page, "Your second factor is off.")).isVisible();
        assertThat(part.getByLabel("Current password")).isVisible();
        assertThat(heading(page, "Second factor")).isFocused();
    }

    @Test
    void theCodesAreForNobodyElse() {
        var page = windows.open(Look.DESKTOP).signedInAs(ann).go("/me").page();
        part(page).getByLabel("Current password").fill("correct horse");
        button(page, "Set up").click();
        field(page, "Code")
                .fill(Authenticator.of(field(page, "Key").inputValue()).code());
        button(page, "Turn on").click();
        assertThat(heading(page, "Save your recovery codes")).isFocused();
        button(page, "Sign out").click();
        assertThat(part(page)).hasCount(0);

        var zoe = nobody.signedUp("Zoe").get("/api/v1/me").string("email");
        Window.open(page, "/me");
        field(page, "Email address").fill(zoe);
        field(page, "Password").fill("correct horse");
        button(page, "Sign in").click();

        assertThat(part(page).getByLabel("Current password")).isVisible();
        assertThat(part(page).locator("li")).hasCount(0);
    }

    @Test
    void whatWasTurnedOnInAnotherTabIsShown() {
        var window = windows.open(Look.PHONE).signedInAs(ann).go("/me");
        var part = part(window.page());
        part.getByLabel("Current password").fill("correct horse");
        enabled();

        window.expect("409 POST /api/v1/me/second-factor");
        button(window.page(), "Set up").click();

        assertThat(part).containsText("10 recovery codes are left.");
        assertThat(heading(window.page(), "Second factor")).isFocused();
    }

    @ParameterizedTest
    @CsvSource({
        "second-factor-codes, 'Wait until tomorrow, or set a new password.'",
        "all-second-factor-codes, 'Wait until tomorrow.'"
    })
    void whoHasSentTooManyWrongCodesIsToldWhatHelps(String limit, String help) {
        var window = windows.open(Look.PHONE).go("/sign-in").expect("429 POST /api/v1/sessions");
        var page = window.page();
        var body = "{\"type\":\"/problems/too-many-requests\",\"limit\":\"%s\"}".formatted(limit);
        page.route(
                "**/sessions",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setStatus(429)
                        .setContentType("application/problem+json")
                        .setBody(body)));

        field(page, "Email address").fill(email);
        field(page, "Password").fill("correct horse");
        button(page, "Sign in").click();

        assertThat(text(page, "Too many wrong codes were sent for this account. " + help))
                .isVisible();
    }

    @Test
    void whatFailsAfterItWasTurnedOffIsTold() {
        var authenticator = enabled();
        var window = windows.open(Look.DESKTOP).signedInAs(ann).go("/me");
        var page = window.page();
        button(page, "Turn off").click();
        page.getByRole(AriaRole.DIALOG).getByLabel("Current password").fill("correct horse");
        // The present code turned it on.
        field(page, "Code").fill(authenticator.nextCode());

        page.route("**/me/second-factor", route -> route.fulfill(new Route.FulfillOptions().setStatus(500)));
        window.expect("500 GET /api/v1/me/second-factor");
        answer(page, "Turn off").click();

        assertThat(page.locator("#toasts").getByRole(AriaRole.ALERT)).isVisible();
        assertThat(ann.get("/api/v1/me/second-factor").json().isNull("enabledAt"))
                .isTrue();
    }

    @Test
    void newRecoveryCodesAreShownInPlaceOfTheOldOnes() {
        var authenticator = enabled();
        var window = windows.open(Look.DESKTOP).signedInAs(ann).go("/me");
        var page = window.page();

        button(page, "New recovery codes").click();
        page.getByRole(AriaRole.DIALOG).getByLabel("Current password").fill("correct horse");
        // The next code: the present one turned it on.
        field(page, "Code").fill(authenticator.nextCode());
        answer(page, "New recovery codes").click();

        assertThat(heading(page, "Save your recovery codes")).isFocused();
        assertThat(part(page).locator("li")).hasCount(10);
        button(page, "I have saved them").click();
        assertThat(part(page)).containsText("10 recovery codes are left.");
        assertThat(heading(page, "Second factor")).isFocused();
    }

    /** In a second step, with what was typed in the first. */
    private void signInWith(String recoveryCode) {
        var window = windows.open(Look.PHONE).go("/sign-in").expect("401 POST /api/v1/sessions");
        var page = window.page();
        field(page, "Email address").fill(email);
        field(page, "Password").fill("correct horse");
        button(page, "Sign in").click();

        assertThat(field(page, "Code")).isFocused();
        assertThat(field(page, "Code")).hasAttribute("autocomplete", "one-time-code");
        assertThat(field(page, "Email address")).hasValue(email);
        window.assertAccessible().assertFits();
        field(page, "Code").fill("000000");
        button(page, "Sign in").click();
        assertThat(text(page, "This code is wrong, has expired, or was used before."))
                .isVisible();
        button(page, "Use a recovery code").click();
        field(page, "Recovery code").fill(recoveryCode.toLowerCase());
        window.assertAccessible().assertFits();
        button(page, "Sign in").click();

        assertThat(heading(page, "Your agenda")).isVisible();
    }

    private Authenticator enabled() {
        var authenticator = Authenticator.of(ann.post("/api/v1/me/second-factor", "{'currentPassword':'correct horse'}")
                .string("secret"));
        var confirmed = ann.post("/api/v1/me/second-factor/confirm", "{'code':'%s'}".formatted(authenticator.code()));
        assertThat(confirmed.status()).isEqualTo(200);
        return authenticator;
    }

    /** A square for each dark module, beside a margin of four. */
    private static String drawn(List<String> rows) {
        var path = new StringBuilder();
        for (var y = 0; y < rows.size(); y++) {
            for (var x = 0; x < rows.size(); x++) {
                if (rows.get(y).charAt(x) == '1') {
                    path.append("M%d %dh1v1h-1z".formatted(x + 4, y + 4));
                }
            }
        }
        return path.toString();
    }

    private static Locator part(Page page) {
        return page.locator("[data-at=secondFactor]");
    }
}
