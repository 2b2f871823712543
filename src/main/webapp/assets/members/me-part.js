/** A part of the account's page; `at` names it in messages and addresses. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { section } from "../ui/page.js";

export const part = (at, lead, ...content) =>
    section(
        { title: t(`me.${at}`), class: "setting", data: { at } },
        lead && h("p", { class: "muted" }, lead),
        ...content,
    );

/** Moves the focus to the heading of the part that this is in, because what had it is gone. */
export function focusPart(place) {
    const heading = place.closest(".setting").querySelector("h2");
    heading.tabIndex = -1;
    heading.focus();
}
