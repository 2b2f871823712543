/**
 * What somebody prefers on this device: `language` ("en", "fr") and `theme` ("system", "light", "dark"). Both are on the
 * document's root; `first.js` puts them there before the first paint.
 */

const root = document.documentElement;

/** The languages there are, each by its own name. */
export const languages = { en: "English", fr: "Français" };

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
        // A browser that keeps nothing: then it is for this page only.
    }
}
