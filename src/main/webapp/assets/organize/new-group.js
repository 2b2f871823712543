/** The view that creates a group. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { here, t } from "../i18n.js";
import { button } from "../ui/buttons.js";
import { form } from "../ui/forms.js";
import { page } from "../ui/page.js";
import { style } from "../ui/style.js";
import { toast } from "../ui/toasts.js";
import { keepTyped } from "../ui/typed.js";
import { groupFields, sayAccess, settingsIn } from "./group-fields.js";

export async function view() {
    await style(new URL("organize.css", import.meta.url));
    const fresh = { name: "", slug: "", description: "", zone: here(), joinPolicy: "request", visibility: "public" };
    const made = form({
        class: "parts",
        fields: groupFields(fresh),
        submit: t("newGroup.submit"),
        cancel: h("a", { class: "button quiet", href: to("groups") }, t("ui.cancel")),
        async onsubmit(typed, filled, { go }) {
            const group = await api.post("/groups", settingsIn(typed));
            forget();
            toast(t("newGroup.done", { name: group.name }));
            go(to("groups", group.id));
        },
    });
    sayAccess(made);
    const { forget } = keepTyped(made);
    return page(
        {
            title: t("newGroup.title"),
            lead: t("newGroup.lead"),
            back: { href: to("groups"), label: t("app.groups") },
            actions: [button(t("newGroup.import"), { href: to("groups", "import"), icon: "download" })],
        },
        made,
    );
}
