"use strict";
/* Before anything is painted: the theme and the language that were chosen, or that the browser asks for; and whether the HTML is theirs. */
{
    const root = document.documentElement;
    const chosen = (name) => {
        try {
            return localStorage.getItem(`muster.${name}`);
        } catch {
            return null;
        }
    };
    const known = ["de", "en", "es", "fr"];
    const asked = navigator.languages.map((language) => language.slice(0, 2));
    const served = root.lang;
    root.lang = [chosen("language"), ...asked].find((language) => known.includes(language)) ?? "en";
    if (root.lang !== served) {
        const words = document.createElement("link");
        words.rel = "modulepreload";
        words.href = new URL(`languages/${root.lang}.js`, document.currentScript.src);
        document.head.append(words);
    }
    if (root.lang !== served || location.hash.startsWith("#/")) {
        root.classList.add("other");
    }
    if (["light", "dark"].includes(chosen("theme"))) {
        root.dataset.theme = chosen("theme");
    }
}
