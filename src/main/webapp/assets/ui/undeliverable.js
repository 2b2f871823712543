/** What is told to somebody whose address a mail server has refused. */

import { to, withQuery } from "../address.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { button } from "./buttons.js";

export const undeliverable = (email) =>
    h(
        "div",
        { class: "note warn banner" },
        h("p", null, t("app.undeliverable", { email })),
        button(t("app.undeliverableSettings"), { class: "small", href: withQuery(to("me"), { at: "email" }) }),
    );
