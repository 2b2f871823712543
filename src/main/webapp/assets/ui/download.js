/** Files that the page gives to the person. */

import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { action } from "./actions.js";

const KEPT_MILLIS = 60_000;
/** Excel takes a table for one in UTF-8 only with this. */
const BYTE_ORDER_MARK = "\uFEFF";

export const saveJson = (document, name) => save(JSON.stringify(document, null, 2), name, "application/json");

export const saveText = (text, name) => save(text, name, "text/plain");

/** A button that saves a list of the API as a table, for spreadsheets. */
export const tableButton = (path, name, signal) =>
    action(
        t("ui.saveTable"),
        async () => save(BYTE_ORDER_MARK + (await api.get(path, { signal, accept: "text/csv" })), name, "text/csv"),
        { icon: "download", offline: true },
    );

function save(content, name, type) {
    const url = URL.createObjectURL(new Blob([content], { type }));
    h("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MILLIS);
}
