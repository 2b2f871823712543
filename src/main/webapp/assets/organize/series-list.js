/** The series of a group. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { list, row } from "../ui/lists.js";
import { empty } from "../ui/states.js";
import { forRole, groupPage } from "./access.js";
import { ruleWords } from "./rule.js";

export const view = forRole("organizer", async ({ group, role, signal }) => {
    const create =
        group.state === "active" &&
        button(t("newSeries.title"), { kind: "primary", icon: "plus", href: to("groups", group.id, "series", "new") });
    return groupPage(
        { group, role, tab: "series", actions: [create].filter(Boolean) },
        await list({
            load: (cursor) => api.get(`/groups/${group.id}/series`, { query: { cursor }, signal }),
            item: about,
            none: empty({ image: "repeat", title: t("series.none"), text: t("series.noneText") }),
        }),
    );
});

const about = (series) =>
    row(
        {
            title: h("a", { href: to("groups", series.groupId, "series", series.id) }, series.title),
            about: ruleWords(series.rule, series.startsLocal),
        },
        series.state === "ended"
            ? badge(t("series.ended"))
            : badge(t("series.occurrences", { count: series.occurrences })),
    );
