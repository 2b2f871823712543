import { h, unique } from "../dom.js";
import { t } from "../i18n.js";
import { button } from "./buttons.js";
import { stage } from "./stage.js";
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

/** Copies a text, and says whether that was possible. */
export async function copy(text) {
    if ((await written(text)) || copiedBySelection(text)) {
        toast(t("ui.copied"));
    } else {
        toast(t("ui.notCopied"), "failure");
    }
}

/** Without TLS there is no clipboard API. */
const written = async (text) => {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return false;
    }
};

function copiedBySelection(text) {
    const { activeElement } = document;
    const hidden = h("textarea", { class: "unseen", readonly: true, value: text });
    stage().append(hidden);
    hidden.focus({ preventScroll: true });
    hidden.select();
    const copied = document.execCommand("copy");
    hidden.remove();
    activeElement?.focus({ preventScroll: true });
    return copied;
}
