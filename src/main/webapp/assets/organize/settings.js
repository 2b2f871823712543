/** Settings of a group, export, archiving and deletion; for owners. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { confirm, dialog } from "../ui/dialogs.js";
import { saveJson } from "../ui/download.js";
import { field, form, mark } from "../ui/forms.js";
import { section } from "../ui/page.js";
import { toast } from "../ui/toasts.js";
import { forRole, groupPage } from "./access.js";
import { editing } from "./editing.js";
import { groupFields, sayAccess, settingsIn, settingsWords } from "./group-fields.js";

export const view = forRole("owner", async ({ group, role, signal }) =>
    groupPage(
        { group, role, tab: "settings" },
        group.state === "active" && settings(group, signal),
        section(
            { title: t("export.title"), class: "apart" },
            h("p", null, t("export.text")),
            h("div", null, exportButton(group, signal)),
        ),
        group.state === "active" &&
            section(
                { title: t("archive.title"), class: "apart" },
                h("p", null, t("archive.text")),
                h("div", null, archiveButton(group)),
            ),
        section(
            { title: t("deletion.title"), class: "apart" },
            h("p", null, t("deletion.text")),
            h(
                "div",
                null,
                button(t("deletion.open"), {
                    icon: "trash",
                    class: "danger-quiet",
                    onclick: () => deletion(group, signal),
                }),
            ),
        ),
    ),
);

function settings(group, signal) {
    const { element, form: made } = editing({
        class: "parts",
        original: group,
        fields: groupFields(group),
        read: settingsIn,
        shown: settingsIn,
        words: settingsWords,
        refetch: () => api.get(`/groups/${group.id}`, { signal }),
        save: (patch, version) => api.patch(`/groups/${group.id}`, patch, { version }),
        done(saved, typed, { reload }) {
            toast(t("ui.saved"));
            reload();
        },
    });
    sayAccess(made);
    return element;
}

const exportButton = (group, signal) =>
    action(
        t("export.do"),
        async () => {
            const document = await api.get(`/groups/${group.id}/export`, { signal });
            saveJson(document, `${group.slug}-${new Date().toISOString().slice(0, 10)}.json`);
            toast(t("export.done"));
        },
        { icon: "download" },
    );

const archiveButton = (group) =>
    action(
        t("archive.do"),
        async ({ reload }) => {
            const question = {
                title: t("archive.sure", { group: group.name }),
                text: t("archive.text"),
                yes: t("archive.do"),
                no: t("archive.keep"),
                danger: true,
            };
            if (await confirm(question)) {
                await api.post(`/groups/${group.id}/archive`);
                toast(t("archive.done"));
                reload();
            }
        },
        { kind: "danger" },
    );

/** Offers an export, and deletes the group when its name is typed. */
const deletion = (group, signal) =>
    dialog(t("deletion.sure", { group: group.name }), (close) => [
        h("p", null, t("deletion.text")),
        h("p", null, t("deletion.exportFirst")),
        h("div", null, exportButton(group, signal)),
        form({
            fields: [
                field({
                    name: "name",
                    label: t("deletion.confirm", { group: group.name }),
                    required: true,
                    autocomplete: "off",
                    spellcheck: "false",
                }),
            ],
            submit: t("deletion.do"),
            kind: "danger",
            cancel: button(t("deletion.keep"), { onclick: () => close() }),
            async onsubmit({ name }, made, { go }) {
                if (name.normalize().trim() !== group.name.normalize()) {
                    mark(made.elements.name, t("deletion.other"));
                    made.elements.name.focus();
                    return;
                }
                await api.delete(`/groups/${group.id}`, { query: { name }, version: group.version });
                close();
                go(to("groups"));
                toast(t("deletion.done"));
            },
        }),
    ]);
