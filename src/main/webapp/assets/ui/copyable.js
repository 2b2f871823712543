import { h, unique } from "../dom.js";
import { t } from "../i18n.js";
import { button } from "./buttons.js";
import { toast } from "./toasts.js";

/** A read-only field with a button that copies its text. */
export function copyable(label, text) {
    const id = unique("copy");
    const shown = h("input", { id, readonly: true, value: text, onfocus: () => shown.select() });
    return h(
        "div",
        { class: "field copyable" },
        h("label", { htmlFor: id }, label),
        h(
            "div",
            { class: "copy-row" },
            shown,
            button(t("ui.copy"), { icon: "copy", onclick: () => copy(text) }),
        ),
    );
}

/** Copies a text, and says so. */
export async function copy(text) {
    try {
        await navigator.clipboard.writeText(text);
    } catch {
        // Without TLS there is no clipboard API.
        const hidden = h("textarea", { class: "unseen", readonly: true, value: text });
        document.body.append(hidden);
        hidden.select();
        document.execCommand("copy");
        hidden.remove();
    }
    toast(t("ui.copied"));
}
