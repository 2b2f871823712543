/** Sign-ups and waiting list of an activity, live, with their history. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { number, startOf, t, when } from "../i18n.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { tableButton } from "../ui/download.js";
import { page, section } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { forRole } from "./access.js";
import { Names } from "./names.js";
import { liveSection, person, rows } from "./people.js";
import { QueueLog } from "./queue-log.js";
import { promote, rowTools, signUpSomebody } from "./queue-tools.js";

export const view = forRole("organizer", async ({ group, params, signal }) => {
    const path = `/groups/${group.id}/activities/${params.activity}`;
    const activity = await api.get(path, { signal });
    const log = new QueueLog(path, signal);
    const names = new Names(group.id, signal);
    const { element, redraw } = await liveSection({
        group: group.id,
        activity: activity.id,
        signal,
        async make() {
            const [seats, signUps] = await Promise.all([
                api.get(`${path}/availability`, { signal }),
                api.all(`${path}/signups`, { signal, most: 5000 }),
                log.update(),
            ]);
            names.add(signUps);
            await names.find([...log.people(), ...signUps.map(({ madeBy }) => madeBy)], () =>
                api.all(`${path}/signups`, { query: { state: "cancelled" }, signal, most: 5000 }),
            );
            return draw({ activity, path, seats, signUps, log, name: names.of, redraw: () => redraw() });
        },
    });
    const there = to("groups", group.id, "activities", activity.id);
    const open = activity.state === "published" && group.state === "active";
    return page(
        {
            title: t("queue.title"),
            back: { href: there, label: activity.title },
            lead: startOf(activity),
            actions: [
                open &&
                    action(t("queue.signUp"), () => signUpSomebody({ group, activity, path, redraw }), {
                        icon: "plus",
                    }),
                activity.state === "published" &&
                    new Date(activity.startsAt) <= Date.now() &&
                    button(t("tools.attendance"), { icon: "check", href: `${there}/attendance` }),
                button(t("tools.sheet"), { icon: "print", href: `${there}/sheet` }),
                tableButton(
                    `${path}/signups`,
                    `${group.slug}-${activity.startsLocal.slice(0, 10)}-signups.csv`,
                    signal,
                ),
            ].filter(Boolean),
        },
        element,
    );
});

function draw({ activity, path, seats, signUps, log, name, redraw }) {
    const by = (state) => signUps.filter((signUp) => signUp.state === state);
    const [confirmed, waiting] = [by("confirmed"), by("waiting")];
    const open = activity.state === "published";
    const tools = (signUp) => open && rowTools({ activity, path, signUp, redraw });
    const people = [
        section(
            { title: t("queue.confirmed", { count: confirmed.length }) },
            confirmed.length === 0
                ? empty({ image: "group", title: t("queue.nobody") })
                : rows(confirmed, (signUp) => person(signUp, { about: about(signUp, name) }, tools(signUp))),
        ),
        waiting.length > 0 &&
            section(
                { title: t("queue.waiting", { count: waiting.length }) },
                h("p", { class: "muted" }, t("queue.waitingText")),
                rows(waiting, (signUp) =>
                    person(
                        signUp,
                        { about: about(signUp, name), image: position(signUp) },
                        open &&
                            h(
                                "div",
                                { class: "actions" },
                                action(t("queue.promote"), () => promote({ path, signUp, redraw })),
                            ),
                        tools(signUp),
                    ),
                ),
            ),
    ];
    return h(
        "div",
        { class: "columns" },
        h("div", null, meter(seats), people),
        h("aside", { "aria-label": t("queue.log") }, section({ title: t("queue.log") }, log.element(name))),
    );
}

const position = (signUp) =>
    h(
        "span",
        { class: "avatar numbers" },
        h("span", { class: "unseen" }, t("queue.place", { place: number(signUp.position) })),
        h("span", { "aria-hidden": "true" }, number(signUp.position)),
    );

/** The seats taken. */
const meter = ({ capacity, seatsTaken, waiting }) =>
    h(
        "div",
        { class: "card fill" },
        h(
            "p",
            null,
            capacity === null
                ? t("queue.takenUnlimited", { count: seatsTaken })
                : t("queue.taken", { taken: seatsTaken, count: capacity }),
            waiting > 0 && h("span", { class: "muted" }, ` · ${t("queue.waitingCount", { count: waiting })}`),
        ),
        capacity !== null && h("meter", { min: 0, max: capacity, value: seatsTaken, "aria-label": t("queue.meter") }),
    );

const about = (signUp, name) =>
    [
        signUp.guests > 0 && t("queue.guests", { count: signUp.guests }),
        t("queue.since", { at: when(signUp.createdAt, "moment") }),
        signUp.madeBy !== signUp.userId && t("queue.madeBy", { name: name(signUp.madeBy) }),
    ]
        .filter(Boolean)
        .join(" · ");
