/** Settings of a group, export and archiving; for owners. */

import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { reload } from "../navigation.js";
import { action } from "../ui/actions.js";
import { confirm } from "../ui/dialogs.js";
import { section } from "../ui/page.js";
import { toast } from "../ui/toasts.js";
import { forRole, groupPage } from "./access.js";
import { editing } from "./editing.js";
import { groupFields, settingsIn, settingsWords } from "./group-fields.js";

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
    ),
);

const settings = (group, signal) =>
    editing({
        class: "parts",
        original: group,
        fields: groupFields(group),
        read: settingsIn,
        shown: settingsIn,
        words: settingsWords,
        refetch: () => api.get(`/groups/${group.id}`, { signal }),
        save: (patch, version) => api.patch(`/groups/${group.id}`, patch, { version }),
        done() {
            toast(t("ui.saved"));
            reload();
        },
    }).element;

const exportButton = (group, signal) =>
    action(
        t("export.do"),
        async () => {
            const document = await api.get(`/groups/${group.id}/export`, { signal });
            save(document, `${group.slug}-${new Date().toISOString().slice(0, 10)}.json`);
            toast(t("export.done"));
        },
        { icon: "download" },
    );

function save(content, name) {
    const url = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: "application/json" }));
    h("a", { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const archiveButton = (group) =>
    action(
        t("archive.do"),
        async () => {
            const question = {
                title: t("archive.sure", { group: group.name }),
                text: t("archive.text"),
                yes: t("archive.do"),
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
