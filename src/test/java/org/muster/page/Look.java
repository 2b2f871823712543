package org.muster.page;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ServiceWorkerPolicy;

/**
 * What somebody sees Muster on: width and height in CSS pixels, dots in each of them, colours, and the language that the
 * browser prefers. Without a service worker, whose requests a window does not see.
 */
record Look(int width, int height, int density, boolean touch, ColorScheme colours, String locale) {
    static final Look DESKTOP = new Look(1440, 900, 1, false, ColorScheme.LIGHT, "en-CA");
    static final Look PHONE = new Look(360, 740, 1, true, ColorScheme.LIGHT, "en-CA");

    Look dark() {
        return new Look(width, height, density, touch, ColorScheme.DARK, locale);
    }

    Look french() {
        return in("fr-CA");
    }

    /** The same in a browser that prefers this language, such as {@code de-DE}. */
    Look in(String language) {
        return new Look(width, height, density, touch, colours, language);
    }

    Look sharp() {
        return new Look(width, height, 2, touch, colours, locale);
    }

    NewContextOptions options() {
        return new NewContextOptions()
                .setViewportSize(width, height)
                .setDeviceScaleFactor(density)
                .setHasTouch(touch)
                .setColorScheme(colours)
                .setLocale(locale)
                .setTimezoneId("America/Toronto")
                .setReducedMotion(ReducedMotion.REDUCE)
                .setServiceWorkers(ServiceWorkerPolicy.BLOCK);
    }
}
