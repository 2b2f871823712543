/** The start: one's agenda. */

import { add, t } from "../i18n.js";
import { page } from "../ui.js";
import { messages } from "./messages.js";

add(messages);

export async function view() {
    return page({ title: t("home.title") });
}
