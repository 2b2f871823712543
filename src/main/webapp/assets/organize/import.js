/** The view that imports an exported group. */

import { absolute, to, withQuery } from "../address.js";
import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { button } from "../ui/buttons.js";
import { copyable } from "../ui/copyable.js";
import { field, form, mark } from "../ui/forms.js";
import { page, section } from "../ui/page.js";
import { style } from "../ui/style.js";

const FORMAT = "muster-group";
const MOST_BYTES = 32 * 1024 * 1024;

export async function view() {
    await style(new URL("organize.css", import.meta.url));
    const place = h("div", { class: "later" });
    replace(
        place,
        h(
            "div",
            { class: "card" },
            upload((imported) => replace(place, done(imported))),
        ),
    );
    return page(
        { title: t("import.title"), lead: t("import.lead"), back: { href: to("groups"), label: t("app.groups") } },
        place,
    );
}

function upload(ondone) {
    let document = null;
    const told = h("div", { "aria-live": "polite" });
    const file = field({
        name: "file",
        label: t("import.file"),
        type: "file",
        accept: ".json,application/json",
        required: true,
    });
    file.querySelector("input").addEventListener("change", async ({ target }) => {
        document = null;
        replace(told);
        try {
            document = await read(target.files[0]);
            replace(told, summary(document));
        } catch (wrong) {
            mark(target, wrong.message);
        }
    });
    return form({
        fields: [file, told],
        submit: t("import.submit"),
        async onsubmit(typed, made) {
            if (document === null) {
                made.elements.file.focus();
                mark(made.elements.file, t("import.unreadable"));
                return;
            }
            ondone(await api.post("/groups/import", document));
        },
    });
}

/** @throws an error with a message for the person if the file is not an exported group */
async function read(file) {
    if (file.size > MOST_BYTES) {
        throw new Error(t("import.large"));
    }
    let document;
    try {
        document = JSON.parse(await file.text());
    } catch {
        throw new Error(t("import.unreadable"));
    }
    const { format, group, members, activities } = document ?? {};
    if (format !== FORMAT || !group?.name || !Array.isArray(members) || !Array.isArray(activities)) {
        throw new Error(t("import.otherFormat"));
    }
    return document;
}

const summary = (document) =>
    h(
        "p",
        { class: "note" },
        h("strong", null, document.group.name),
        " – ",
        t("import.people", { count: document.members.length }),
        ", ",
        t("import.activities", { count: document.activities.length }),
    );

const done = ({ group, invitations }) => [
    h("p", { class: "note" }, t("import.done", { name: group.name })),
    invitations.length > 0 &&
        section(
            { title: t("import.invitations"), class: "card" },
            h("p", null, t("import.invitationsText")),
            invitations.map(({ displayName, role, token }) =>
                copyable(
                    t("import.for", { name: displayName, role: t(`role.${role}`) }),
                    absolute(withQuery(to("invitations"), { token })),
                ),
            ),
        ),
    h("div", null, button(t("import.open", { name: group.name }), { kind: "primary", href: to("groups", group.id) })),
];
