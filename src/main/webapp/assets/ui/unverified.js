/** What is told to somebody whose address is not verified. */

import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { action } from "./actions.js";
import { toast } from "./toasts.js";

/** A button that has the link sent again. */
export const linkAgain = () =>
    action(
        t("verify.again"),
        async () => {
            await api.post("/me/email-verification");
            toast(t("verify.sent"));
        },
        { icon: "mail", class: "small" },
    );

/** A banner where something was refused because of that. */
export const unverified = (email) =>
    h("div", { class: "note warn banner", role: "alert" }, h("p", null, t("verify.needed", { email })), linkAgain());
