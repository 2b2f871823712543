/** The sheet of participants to print: who comes, with guests, and room for a tick and a signature. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { isolated, number, startOf, t } from "../i18n.js";
import { button } from "../ui/buttons.js";
import { page } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { forRole } from "./access.js";

export const view = forRole("organizer", async ({ group, params, signal }) => {
    const path = `/groups/${group.id}/activities/${params.activity}`;
    const [activity, signUps] = await Promise.all([
        api.get(path, { signal }),
        api.all(`${path}/signups`, { query: { state: "confirmed" }, signal, most: 5000 }),
    ]);
    const people = signUps.sort((one, other) => one.displayName.localeCompare(other.displayName));
    const seats = people.reduce((sum, { guests }) => sum + 1 + guests, 0);
    return page(
        {
            title: t("sheet.title", { activity: activity.title }),
            back: { href: to("groups", group.id, "activities", activity.id, "queue"), label: t("queue.title") },
            lead: [isolated(group.name), startOf(activity), isolated(activity.place)].filter(Boolean).join(" · "),
            actions:
                people.length > 0 ? [button(t("sheet.print"), { kind: "primary", icon: "print", onclick: () => print() })] : [],
        },
        people.length === 0
            ? empty({ image: "group", title: t("queue.nobody"), text: t("attendance.nobody") })
            : [h("p", null, t("sheet.count", { count: people.length, seats })), table(people)],
    );
});

const table = (people) =>
    h(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": t("attendance.title") },
        h(
            "table",
            { class: "sheet" },
            h(
                "thead",
                null,
                h(
                    "tr",
                    null,
                    ["present", "name", "guests", "signature"].map((column) =>
                        h("th", { scope: "col" }, t(`sheet.${column}`)),
                    ),
                ),
            ),
            h("tbody", null, people.map(line)),
        ),
    );

const line = ({ displayName, guests, attendance }) =>
    h(
        "tr",
        null,
        h(
            "td",
            null,
            h("span", { class: "box", "aria-hidden": "true" }, attendance === "attended" && "✓"),
            h("span", { class: "unseen" }, t(`sheet.${attendance}`)),
        ),
        h("th", { scope: "row" }, displayName || t("names.gone")),
        h("td", { class: "numbers" }, guests > 0 && `+${number(guests)}`),
        h("td", { class: "signature" }),
    );
