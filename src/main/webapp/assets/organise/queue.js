/** Who takes part in an activity and who waits, as it changes, and why it did. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { number, t, when } from "../i18n.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { dialog } from "../ui/dialogs.js";
import { field, form } from "../ui/forms.js";
import { menu } from "../ui/menu.js";
import { page, section } from "../ui/page.js";
import { empty } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { forRole } from "./access.js";
import { namesIn } from "./names.js";
import { living, nameOf, person, rows } from "./people.js";

export const view = forRole("organizer", async ({ group, params, signal }) => {
    const path = `/groups/${group.id}/activities/${params.activity}`;
    const activity = await api.get(path, { signal });
    const { element, redraw } = await living({
        group: group.id,
        activity: activity.id,
        signal,
        async make() {
            const [seats, signUps, left, moves] = await Promise.all([
                api.get(`${path}/availability`, { signal }),
                api.all(`${path}/signups`, { signal, most: 5000 }),
                api.all(`${path}/signups`, { query: { state: "cancelled" }, signal, most: 5000 }),
                api.all(`${path}/waitlist/log`, { signal, most: 5000 }),
            ]);
            const name = await namesIn(group.id, { signal, known: [...signUps, ...left] });
            return draw({ activity, path, seats, signUps, moves, name, redraw: () => redraw() });
        },
    });
    const there = to("groups", group.id, "activities", activity.id);
    const open = activity.state === "published" && group.state === "active";
    return page(
        {
            title: t("queue.title"),
            back: { href: there, label: activity.title },
            lead: when(activity.startsAt, "moment", activity.zone),
            actions: [
                open &&
                    action(t("queue.signUp"), () => signUpSomebody({ group, activity, path, redraw }), {
                        icon: "plus",
                    }),
                activity.state === "published" &&
                    button(t("tools.attendance"), { icon: "check", href: `${there}/attendance` }),
            ].filter(Boolean),
        },
        element,
    );
});

function draw({ activity, path, seats, signUps, moves, name, redraw }) {
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
        h("aside", { "aria-label": t("queue.log") }, section({ title: t("queue.log") }, log(moves, name))),
    );
}

const position = (signUp) =>
    h(
        "span",
        { class: "avatar numbers" },
        h("span", { class: "unseen" }, t("queue.place", { place: number(signUp.position) })),
        h("span", { "aria-hidden": "true" }, number(signUp.position)),
    );

/** How full it is. */
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

const rowTools = ({ activity, path, signUp, redraw }) =>
    menu(
        t("queue.actions", { name: signUp.displayName }),
        "more",
        activity.guestsAllowed > 0 &&
            action(t("queue.changeGuests"), () => changeGuests({ activity, path, signUp, redraw }), {
                kind: "plain",
                icon: "group",
            }),
        action(t("queue.takeOff"), () => takeOff({ path, signUp, redraw }), { kind: "plain", icon: "close" }),
    );

/** Asks for what a form in a dialog has; does `run` with it, and tells that it is done. */
async function asked({ title, text, fields, submit, kind, run, said }) {
    const done = await dialog(title, (close) => [
        text && h("p", null, text),
        form({
            fields,
            submit,
            kind,
            cancel: button(t("ui.cancel"), { onclick: () => close(false) }),
            async onsubmit(typed) {
                close(await run(typed));
            },
        }),
    ]);
    if (done) {
        toast(said(done));
    }
    return done;
}

const reasonField = (props) => field({ name: "reason", label: t("queue.reason"), maxlength: 500, ...props });

const guestsField = (activity, value) =>
    field({
        name: "guests",
        label: t("queue.guestsLabel"),
        type: "number",
        value,
        required: true,
        min: 0,
        max: activity.guestsAllowed,
        inputmode: "numeric",
    });

async function promote({ path, signUp, redraw }) {
    const name = nameOf(signUp);
    const done = await asked({
        title: t("queue.promoteSure", { name }),
        text: t("queue.promoteText"),
        fields: [reasonField({ hint: t("queue.promoteHint"), required: true })],
        submit: t("queue.promote"),
        run: ({ reason }) => api.post(`${path}/signups/${signUp.userId}/promote`, { reason }),
        said: () => t("queue.promoted", { name }),
    });
    return done && redraw();
}

async function takeOff({ path, signUp, redraw }) {
    const name = nameOf(signUp);
    const done = await asked({
        title: t("queue.takeOffSure", { name }),
        text: t("queue.takeOffText"),
        fields: [reasonField({ hint: t("queue.takeOffHint", { name }) })],
        submit: t("queue.takeOff"),
        kind: "danger",
        async run({ reason }) {
            await api.delete(`${path}/signups/${signUp.userId}`, { query: { reason: reason || null } });
            return true;
        },
        said: () => t("queue.takenOff", { name }),
    });
    return done && redraw();
}

async function changeGuests({ activity, path, signUp, redraw }) {
    const name = nameOf(signUp);
    const done = await asked({
        title: t("queue.guestsOf", { name }),
        fields: [guestsField(activity, signUp.guests)],
        submit: t("ui.save"),
        run: ({ guests }) => api.patch(`${path}/signups/${signUp.userId}`, { guests }),
        said: (answer) => t(`queue.now.${answer.state}`, { name, place: answer.position }),
    });
    return done && redraw();
}

async function signUpSomebody({ group, activity, path, redraw }) {
    const [members, signUps] = await Promise.all([
        api.all(`/groups/${group.id}/members`, { most: 5000 }),
        api.all(`${path}/signups`, { most: 5000 }),
    ]);
    const there = new Set(signUps.map((signUp) => signUp.userId));
    const others = members
        .filter((member) => !there.has(member.userId))
        .sort((one, other) => one.displayName.localeCompare(other.displayName));
    if (others.length === 0) {
        toast(t("queue.everybody"));
        return;
    }
    const done = await asked({
        title: t("queue.signUp"),
        fields: [
            field({
                name: "user",
                label: t("queue.who"),
                type: "select",
                value: others[0].userId,
                options: others.map((member) => [member.userId, nameOf(member)]),
            }),
            activity.guestsAllowed > 0 && guestsField(activity, 0),
        ],
        submit: t("queue.signUpDo"),
        run: ({ user, guests = 0 }) => api.put(`${path}/signups/${user}`, { guests }),
        said: (answer) =>
            t(`queue.now.${answer.state}`, {
                name: nameOf(others.find((member) => member.userId === answer.userId)),
                place: answer.position,
            }),
    });
    if (done) {
        await redraw();
    }
}

/* ---- What happened ---- */

const log = (moves, name) =>
    moves.length === 0
        ? h("p", { class: "muted" }, t("queue.noLog"))
        : h(
              "ol",
              { class: "log", reversed: true },
              [...moves].reverse().map((move) => h("li", null, entry(move, name))),
          );

const entry = (move, name) => [
    h(
        "p",
        null,
        h("strong", null, name(move.userId)),
        " ",
        t(`move.to.${move.to}`),
        move.seats > 1 && ` (${t("move.seats", { count: move.seats })})`,
    ),
    h(
        "p",
        { class: "muted small" },
        [
            t(`move.cause.${move.cause}`),
            move.madeBy !== null && move.madeBy !== move.userId && t("move.by", { name: name(move.madeBy) }),
            move.reason && t("move.reason", { reason: move.reason }),
            when(move.at, "moment"),
        ]
            .filter(Boolean)
            .join(" · "),
    ),
];
