/** Exporting and erasing the account. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { go } from "../navigation.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { dialog } from "../ui/dialogs.js";
import { saveJson } from "../ui/download.js";
import { field, form, mark } from "../ui/forms.js";
import { toast } from "../ui/toasts.js";
import { part } from "./me-part.js";

export function data() {
    const download = async () => {
        saveJson(await api.get("/me/export"), "muster-me.json");
        toast(t("me.exported"));
    };
    return part(
        "data",
        t("me.dataLead"),
        h(
            "div",
            { class: "actions" },
            action(t("me.export"), download, { icon: "download", offline: true }),
            button(t("me.erase"), { icon: "trash", class: "danger-quiet", onclick: erase }),
        ),
    );
}

const erase = () =>
    dialog(t("me.eraseTitle"), (close) => {
        const owned = h("div", { role: "alert" });
        return [
            h("p", null, t("me.eraseText")),
            owned,
            form({
                fields: [
                    field({
                        name: "email",
                        label: t("me.eraseConfirm", { email: session.user.email }),
                        required: true,
                        autocomplete: "off",
                        spellcheck: "false",
                    }),
                ],
                submit: t("me.eraseForGood"),
                kind: "danger",
                cancel: button(t("me.eraseKeep"), { onclick: () => close() }),
                async onsubmit({ email }, made) {
                    if (email.trim().toLowerCase() !== session.user.email.toLowerCase()) {
                        mark(made.elements.email, t("me.eraseOther"));
                        made.elements.email.focus();
                        return;
                    }
                    await api.delete("/me", { ifUnknown: "erasure-unknown" });
                    close();
                    session.clear();
                    go(to(""));
                    toast(t("me.erased"));
                },
                onfailure(failure) {
                    if (failure.type !== "last-owner") {
                        return false;
                    }
                    showOwned(owned, failure.problem.groups, close);
                    return true;
                },
            }),
        ];
    });

/** Lists the groups that would have no owner. */
async function showOwned(place, ids, close) {
    const names = await Promise.all(ids.map((id) => api.get(`/groups/${id}`).then(({ name }) => name)));
    replace(
        place,
        h("p", { class: "note warn" }, t("me.lastOwner", { count: ids.length })),
        h(
            "ul",
            { class: "plain" },
            ids.map((id, index) =>
                h("li", null, h("a", { href: to("groups", id, "members"), onclick: () => close() }, names[index])),
            ),
        ),
    );
}
