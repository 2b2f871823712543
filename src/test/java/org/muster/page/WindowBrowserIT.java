package org.muster.page;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.muster.RunningMuster;

/** Whether browser tests can fail. */
@ExtendWith({RunningMuster.class, InBrowser.class})
class WindowBrowserIT {
    private static final String HOLDER =
            "<!DOCTYPE html><html lang='en'><title>A page</title><main><h1>A page</h1>%s</main></html>";

    private final Window window;

    WindowBrowserIT(Windows windows) {
        window = windows.open(Look.PHONE);
    }

    @Test
    void anErrorOnTheConsoleIsAComplaint() {
        assertComplaint("console: No such luck", "console.error('No such luck')");
    }

    @Test
    void anExceptionIsAComplaint() {
        assertComplaint("exception: Error: Thrown", "void setTimeout(() => { throw new Error('Thrown') })");
    }

    @Test
    void anAnswerOf400OrMoreIsAComplaint() {
        window.go("/problems/not-found");

        assertComplaint("404 GET /problems/none", "void fetch('/problems/none')");
    }

    @Test
    void aRequestToAnotherHostIsAComplaint() {
        assertComplaint("elsewhere: http://localhost:9/", "void (new Image().src = 'http://localhost:9/')");
    }

    @Test
    void whatIsExpectedToGoWrongMustGoWrong() {
        window.expect("console: Never");

        assertThatThrownBy(window::assertNoComplaints).hasMessageContaining("console: Never");

        window.page().evaluate("console.error('Never')");
    }

    @Test
    void aPictureWithoutWordsIsNotAccessible() {
        window.page().setContent(HOLDER.formatted("<img src='data:,'>"));

        assertThatThrownBy(window::assertAccessible).hasMessageContaining("image-alt");

        window.page().setContent(HOLDER.formatted("<img src='data:,' alt='Two hikers'>"));
        window.assertAccessible();
    }

    @Test
    void whatIsWiderThanTheWindowDoesNotFit() {
        window.page().setContent(HOLDER.formatted("<p style='width: 400px'>Wide</p>"));

        assertThatThrownBy(window::assertFits).hasMessageContaining("<p style=\"width: 400px\">");

        window.page().setContent(HOLDER.formatted("<p style='width: 300px'>Narrow</p>"));
        window.assertFits();
    }

    private void assertComplaint(String complaint, String script) {
        window.page().evaluate(script);

        window.page().waitForCondition(() -> window.complaints().contains(complaint));
        assertThatThrownBy(window::assertNoComplaints).hasMessageContaining(complaint);
        window.expect(complaint);
    }
}
