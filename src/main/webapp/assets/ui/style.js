import { h } from "../dom.js";

/** Loads an area's style sheet, once: `await style(new URL("operate.css", import.meta.url))`. */
export function style(url) {
    const known = document.querySelector(`link[href="${url}"]`);
    return known
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
              document.head.append(h("link", { rel: "stylesheet", href: url, onload: resolve, onerror: reject }));
          });
}
