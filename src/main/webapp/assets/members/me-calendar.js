/** The calendar link of the account. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { action } from "../ui/actions.js";
import { copyable } from "../ui/copyable.js";
import { confirm } from "../ui/dialogs.js";
import { toast } from "../ui/toasts.js";
import { part } from "./me-part.js";

export function calendar() {
    const place = h("div", { class: "part-place" });
    const make = async () => {
        const sure = await confirm({
            title: t("me.calendarMake"),
            text: t("me.calendarSure"),
            yes: t("me.calendarMake"),
        });
        if (!sure) {
            return;
        }
        const { url } = await api.post("/me/calendar-token");
        replace(
            place,
            copyable(t("me.calendarAddress"), url),
            h("p", { class: "muted small" }, t("me.calendarSecret")),
            h("p", null, h("a", { href: url.replace(/^https?:/, "webcal:") }, t("subscribe.open"))),
        );
        place.querySelector("input").focus();
    };
    const close = async () => {
        const sure = await confirm({
            title: t("me.calendarClose"),
            text: t("me.calendarCloseText"),
            yes: t("me.calendarClose"),
            no: t("me.calendarKeep"),
            danger: true,
        });
        if (sure) {
            await api.delete("/me/calendar-token");
            replace(place);
            toast(t("me.calendarClosed"));
        }
    };
    return part(
        "calendar",
        t("me.calendarLead"),
        place,
        h(
            "div",
            { class: "actions" },
            action(t("me.calendarMake"), make, { icon: "link" }),
            action(t("me.calendarClose"), close, { kind: "quiet" }),
        ),
    );
}
