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
