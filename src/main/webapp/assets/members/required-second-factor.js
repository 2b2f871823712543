/** In place of every other view for somebody who must set up a second factor first. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { reload } from "../navigation.js";
import { session } from "../session.js";
import { signOut } from "../shell.js";
import { action } from "../ui/actions.js";
import { page } from "../ui/page.js";
import { setUp, unsavedCodes } from "./second-factor.js";

export const view = () =>
    page(
        {
            title: t("secondFactor.required"),
            lead: t("secondFactor.requiredLead"),
            actions: [action(t("app.signOut"), signOut, { icon: "signOut", offline: true })],
            width: "narrow",
        },
        h("div", { class: "card" }, unsavedCodes(goOn, 2) ?? setUp(goOn, 2)),
    );

/** The session can do everything now: the view of the address opens. */
async function goOn() {
    await session.load();
    reload();
}
