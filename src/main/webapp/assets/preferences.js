/**
 * Preferences of this device: `language` ("en") and `theme` ("system", "light", "dark"). Both are attributes of the
 * root element; `first.js` sets them before the first paint.
 */

const root = document.documentElement;

/** The available languages, by their own names. */
export const languages = { de: "Deutsch", en: "English", es: "Español", fr: "Français" };

export const themes = ["system", "light", "dark"];

export const language = () => root.lang;

export const theme = () => root.dataset.theme ?? "system";

export function setLanguage(value) {
    root.lang = value;
    keep("language", value);
}

export function setTheme(value) {
    if (value === "system") {
        delete root.dataset.theme;
    } else {
        root.dataset.theme = value;
    }
    keep("theme", value);
}

function keep(name, value) {
    try {
        localStorage.setItem(`muster.${name}`, value);
    } catch {
        // The browser stores nothing: the preference lasts as long as the page.
    }
}
