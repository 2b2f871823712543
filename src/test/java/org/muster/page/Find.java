package org.muster.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Locator.FilterOptions;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Page.GetByLabelOptions;
import com.microsoft.playwright.Page.GetByRoleOptions;
import com.microsoft.playwright.Page.GetByTextOptions;
import com.microsoft.playwright.options.AriaRole;

/** Finding things on a page as people do: by what they are and what they say. */
final class Find {
    private static final int MOST_STOPS = 60;

    private Find() {}

    static Locator button(Page page, String name) {
        return page.getByRole(
                AriaRole.BUTTON, new GetByRoleOptions().setName(name).setExact(true));
    }

    static Locator link(Page page, String name) {
        return page.getByRole(AriaRole.LINK, new GetByRoleOptions().setName(name));
    }

    /** A link in the view, not in the frame around it. */
    static Locator linkInView(Page page, String name) {
        return page.getByRole(AriaRole.MAIN).getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name));
    }

    static Locator heading(Page page, String name) {
        return page.getByRole(
                AriaRole.HEADING, new GetByRoleOptions().setName(name).setExact(true));
    }

    /** The item of a list that says this. */
    static Locator item(Page page, String text) {
        return page.getByRole(AriaRole.LISTITEM).filter(new FilterOptions().setHasText(text));
    }

    /** Something that says this, among other things. */
    static Locator text(Page page, String text) {
        return page.getByText(text);
    }

    /** Something that says this and nothing else. */
    static Locator exactly(Page page, String text) {
        return page.getByText(text, new GetByTextOptions().setExact(true));
    }

    /** A field that is called this and nothing else. */
    static Locator field(Page page, String label) {
        return page.getByLabel(label, new GetByLabelOptions().setExact(true));
    }

    /** One of a few options, by what it says. */
    static Locator radio(Page page, String label) {
        return page.getByRole(
                AriaRole.RADIO, new GetByRoleOptions().setName(label).setExact(true));
    }

    /** Goes there by the Tab key. */
    static void tabTo(Page page, Locator wanted) {
        assertThat(wanted).isVisible();
        for (var pressed = 0; pressed < MOST_STOPS; pressed++) {
            if (Boolean.TRUE.equals(wanted.evaluate("element => element === document.activeElement"))) {
                return;
            }
            page.keyboard().press("Tab");
        }
        assertThat(wanted).isFocused();
    }

    /** A button of the dialog that is open. */
    static Locator answer(Page page, String name) {
        return page.getByRole(AriaRole.DIALOG)
                .getByRole(
                        AriaRole.BUTTON,
                        new Locator.GetByRoleOptions().setName(name).setExact(true));
    }
}
