/** An activity: what it is, its live seats, one's own place, and who takes part. */

import { to } from "../address.js";
import { api, apiUrl } from "../api.js";
import { h, replace } from "../dom.js";
import { isMember, isOrganizer, membershipIn } from "../group-access.js";
import { add, here, span, t, when, zoneNote } from "../i18n.js";
import { icon } from "../icons.js";
import { follow } from "../live.js";
import { refresh, reload } from "../navigation.js";
import { session } from "../session.js";
import { throttle } from "../throttle.js";
import { action } from "../ui/actions.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { confirm } from "../ui/dialogs.js";
import { field, form } from "../ui/forms.js";
import { page, section } from "../ui/page.js";
import { announce, toast } from "../ui/toasts.js";
import { state } from "./activities.js";
import { messages } from "./messages.js";

add(messages);

/** So many people are read; where there are more, their number says so. */
const MOST_PEOPLE = 200;
/** So many are shown at first. */
const FEW_PEOPLE = 24;

export async function view({ params, signal }) {
    const { group: groupId, activity: id } = params;
    const path = `/groups/${groupId}/activities/${id}`;
    const [activity, membership] = await Promise.all([api.get(path, { signal }), membershipIn(groupId, signal)]);
    // A public activity of a private group is there without its group.
    const group = await api.get(`/groups/${groupId}`, { signal }).catch(orNull);
    const tools = isOrganizer(membership)
        ? (await import("../organise/tools.js")).activityTools({ group, activity, role: membership.role })
        : [];

    const seats = seatsCard();
    const place = placeCard(activity, path, () => update());
    const people = isMember(membership) ? peopleList() : null;
    const load = async () => {
        const [availability, mine, confirmed, waiting] = await Promise.all([
            api.get(`${path}/availability`, { signal }),
            ownSignUp(activity, signal),
            people && api.all(`${path}/signups`, { query: { state: "confirmed" }, most: MOST_PEOPLE, signal }),
            people && api.all(`${path}/signups`, { query: { state: "waiting" }, most: MOST_PEOPLE, signal }),
        ]);
        seats.show(availability);
        place.show(availability, mine);
        people?.show(confirmed, waiting, availability);
    };
    const update = throttle(load, signal);
    if (session.user !== null) {
        const compare = throttle(async () => {
            const now = await api.get(path, { signal }).catch(orNull);
            if (now?.version === activity.version) {
                update();
            } else {
                refresh();
            }
        }, signal);
        const changed = ({ kind }) => (kind === "activity" ? compare() : update());
        await follow(groupId, { activity: id, signal, onchange: changed, onlate: update, onstate: seats.live });
    }
    await load();
    return page(
        {
            title: activity.title,
            back: group
                ? { href: to("groups", groupId), label: group.name }
                : { href: to(""), label: session.user ? t("app.home") : t("app.start") },
            lead: h("div", { class: "badges" }, badges(activity)),
            actions: tools.filter(Boolean),
        },
        h(
            "div",
            { class: "columns activity" },
            h("div", null, facts(activity), activity.description && h("div", { class: "prose" }, activity.description)),
            h(
                "aside",
                null,
                h("div", { class: "card" }, activity.state !== "cancelled" && seats.element, place.element),
                calendarLink(activity, path),
            ),
            people?.element,
        ),
    );
}

/** What is not there, or not for this person. */
function orNull(failure) {
    if (failure.status === 404) {
        return null;
    }
    throw failure;
}

const badges = (activity) => [
    state(activity),
    activity.state !== "cancelled" && new Date(activity.endsAt) < Date.now() && badge(t("activity.past")),
    badge(t(activity.visibility === "public" ? "activity.public" : "activity.forGroup")),
    activity.seriesId && badge(t("activity.repeats")),
];

/** The person's own sign-up, found where it makes no noise if there is none. */
async function ownSignUp(activity, signal) {
    if (!session.user) {
        return null;
    }
    const start = new Date(activity.startsAt);
    const query = { from: start.toISOString(), to: new Date(+start + 1000).toISOString() };
    const found = await api.all("/me/activities", { query, signal });
    return found.find((mine) => mine.activity.id === activity.id)?.signup ?? null;
}

function facts(activity) {
    const { startsAt, endsAt, zone } = activity;
    const sameDay = when(startsAt, "longDay", zone) === when(endsAt, "longDay", zone);
    const note = zoneNote(zone, startsAt);
    return h(
        "div",
        { class: "facts" },
        fact(
            "clock",
            h(
                "p",
                { class: "strong" },
                h(
                    "time",
                    { datetime: startsAt },
                    sameDay ? when(startsAt, "longDay", zone) : span(startsAt, endsAt, "moment", zone),
                ),
            ),
            sameDay && h("p", null, span(startsAt, endsAt, "time", zone), note && ` · ${note}`),
            !sameDay && note && h("p", null, note),
            note &&
                h(
                    "p",
                    { class: "muted small" },
                    t("activity.here", { time: span(startsAt, endsAt, "moment", here()) }),
                ),
            activity.adjusted && h("p", { class: "muted small" }, t("activity.adjusted")),
        ),
        activity.place && fact("pin", h("p", null, activity.place)),
        activity.onlineUrl &&
            fact(
                "link",
                h(
                    "p",
                    null,
                    h(
                        "a",
                        { href: activity.onlineUrl, rel: "noopener noreferrer", target: "_blank" },
                        activity.onlineUrl,
                    ),
                ),
            ),
    );
}

const fact = (image, ...content) => h("div", { class: "fact" }, icon(image), h("div", null, content));

/** How many seats there are, live. */
function seatsCard() {
    const dot = h("span", { class: "live", hidden: true });
    const shown = h("div", { class: "seats" });
    return {
        element: h("div", { class: "seats-card" }, shown, dot),
        live(now) {
            dot.hidden = now === "none";
            dot.classList.toggle("waiting", now !== "live");
            dot.textContent = t(now === "live" ? "seats.live" : "seats.reconnecting");
        },
        show({ capacity, seatsTaken, seatsFree, waiting }) {
            replace(
                shown,
                h(
                    "p",
                    { class: "seats-number" },
                    capacity === null
                        ? t("seats.taken", { count: seatsTaken })
                        : seatsFree === 0
                          ? t("seats.full")
                          : t("seats.free", { count: seatsFree }),
                ),
                capacity !== null &&
                    h("meter", {
                        min: 0,
                        max: capacity,
                        value: seatsTaken,
                        "aria-label": t("seats.meter"),
                    }),
                h(
                    "p",
                    { class: "muted small" },
                    [
                        capacity !== null && t("seats.of", { taken: seatsTaken, capacity }),
                        waiting > 0 && t("seats.waiting", { count: waiting }),
                    ]
                        .filter(Boolean)
                        .join(" · "),
                ),
                waiting > 0 && seatsFree > 0 && h("p", { class: "muted small" }, t("seats.kept")),
            );
        },
    };
}

/** The person's own place: to take, to change, to give up. What is being typed is left alone by changes from elsewhere. */
function placeCard(activity, path, update) {
    const element = h("div", { class: "place" });
    let before;
    let drawn;

    const tell = (mine) => {
        const was = before;
        before = mine?.state ?? null;
        if (was === "waiting" && before === "confirmed") {
            toast(t("place.promoted"));
        } else if (was === "confirmed" && before === null) {
            announce(t("place.none"));
        }
    };
    const show = (availability, mine) => {
        tell(mine);
        const mode = wanted(activity, availability, mine);
        const key = JSON.stringify([mode, mine, session.user?.id]);
        if (key === drawn) {
            return;
        }
        const guests = element.querySelector("[name=guests]");
        const kept = drawn !== undefined && guests?.value !== guests?.dataset.was ? guests?.value : undefined;
        const focused = element.contains(document.activeElement) && document.activeElement?.name;
        drawn = key;
        replace(element, draw(mode, mine));
        const again = element.querySelector("[name=guests]");
        if (again && kept !== undefined) {
            again.value = kept;
        }
        if (focused) {
            element.querySelector(`[name=${focused}]`)?.focus();
        }
    };
    const draw = (mode, mine) => [
        mine && activity.state !== "cancelled" && own(mine),
        mode.closed && h("p", { class: "muted" }, mode.closed),
        !mode.closed && (!mine || activity.guestsAllowed > 0) && signUpForm(mode, mine),
        mine && mode.leaves && leave(mine),
    ];
    const signUpForm = (mode, mine) =>
        form({
            fields: [activity.guestsAllowed > 0 && guestsField(activity, mine)].filter(Boolean),
            submit: mine ? t("place.change") : t(mode.queue ? "place.wait" : "place.take"),
            kind: mine ? null : "primary",
            async onsubmit({ guests }) {
                const count = Number(guests ?? 0);
                if (mine?.state === "waiting" && count > mine.guests && !(await confirm(toTheTail()))) {
                    return;
                }
                const stranger = session.user === null;
                const now = await api.put(`${path}/signups/me`, { guests: count });
                toast(now.state === "waiting" ? t("place.nowWaiting", { position: now.position }) : t("place.nowIn"));
                if (stranger) {
                    reload();
                } else {
                    drawn = "";
                    update();
                }
            },
        });
    const leave = (mine) =>
        action(
            t(mine.state === "waiting" ? "place.stopWaiting" : "place.giveUp"),
            async () => {
                const sure = await confirm({
                    title: t(mine.state === "waiting" ? "place.stopWaiting" : "place.giveUp"),
                    text: t(mine.state === "waiting" ? "place.stopWaitingText" : "place.giveUpText"),
                    yes: t(mine.state === "waiting" ? "place.stopWaiting" : "place.giveUp"),
                    danger: true,
                });
                if (sure) {
                    await api.delete(`${path}/signups/me`);
                    before = null;
                    toast(t("place.left"));
                    update();
                }
            },
            { kind: "quiet" },
        );
    return { element, show };
}

/** What the person can do now, and why not if they cannot. */
function wanted(activity, { open, capacity, seatsFree, waiting }, mine) {
    const begun = new Date(activity.startsAt) <= Date.now();
    const leaves = !begun && activity.state === "published";
    if (!open) {
        return { closed: why(activity, begun), leaves };
    }
    const queue = capacity !== null && (seatsFree === 0 || waiting > 0);
    if (queue && !activity.waitlist && !mine) {
        return { closed: t("place.fullNoQueue"), leaves };
    }
    return { queue, leaves };
}

function why(activity, begun) {
    const now = Date.now();
    if (activity.state !== "published") {
        return t(activity.state === "cancelled" ? "place.cancelled" : "place.draft");
    }
    if (begun) {
        return t(new Date(activity.endsAt) < now ? "place.over" : "place.begun");
    }
    if (activity.signupOpensAt && new Date(activity.signupOpensAt) > now) {
        return t("place.opens", { time: when(activity.signupOpensAt, "moment", activity.zone) });
    }
    if (activity.signupClosesAt && new Date(activity.signupClosesAt) <= now) {
        return t("place.closedAt", { time: when(activity.signupClosesAt, "moment", activity.zone) });
    }
    return t("place.closed");
}

const toTheTail = () => ({ title: t("place.tail"), text: t("place.tailText"), yes: t("place.change") });

function own(mine) {
    const waiting = mine.state === "waiting";
    return h(
        "div",
        { class: ["own", mine.state], role: "status" },
        icon(waiting ? "clock" : "check"),
        h(
            "div",
            null,
            h(
                "p",
                { class: "strong" },
                waiting ? t("place.waiting", { position: mine.position }) : t("place.youAreIn"),
            ),
            h(
                "p",
                { class: "small" },
                waiting ? t("place.waitingText") : mine.guests > 0 && t("place.withGuests", { count: mine.guests }),
            ),
        ),
    );
}

function guestsField(activity, mine) {
    const value = String(mine?.guests ?? 0);
    return field({
        name: "guests",
        label: t("place.guests"),
        type: "select",
        value,
        data: { was: value },
        options: Array.from({ length: activity.guestsAllowed + 1 }, (_, count) => [
            String(count),
            count === 0 ? t("place.alone") : t("place.guestCount", { count }),
        ]),
    });
}

/** Who takes part and who waits, for members. */
function peopleList() {
    const element = h("div", { class: "people-place" });
    let all = false;
    const show = (confirmed, waiting, availability) => {
        const again = () => show(confirmed, waiting, availability);
        replace(
            element,
            section(
                { title: t("people.in", { count: confirmed.length }) },
                confirmed.length === 0 ? h("p", { class: "muted" }, t("people.none")) : names(confirmed, again),
            ),
            waiting.length > 0 &&
                section({ title: t("people.waiting", { count: availability.waiting }) }, names(waiting, again, "ol")),
        );
    };
    const names = (people, again, tag = "ul") => {
        const shown = all ? people : people.slice(0, FEW_PEOPLE);
        return [
            h(
                tag,
                { class: "people" },
                shown.map(({ userId, displayName, guests }) =>
                    h(
                        "li",
                        { class: userId === session.user?.id && "self" },
                        displayName || t("people.erased"),
                        guests > 0 && h("span", { class: "muted" }, ` ${t("people.guests", { count: guests })}`),
                    ),
                ),
            ),
            shown.length < people.length &&
                button(t("people.all"), {
                    onclick: () => {
                        all = true;
                        again();
                    },
                }),
        ];
    };
    return { element, show };
}

const calendarLink = (activity, path) =>
    activity.state !== "draft" &&
    h(
        "p",
        null,
        h(
            "a",
            { href: apiUrl(`${path}.ics`), download: "", class: "with-icon" },
            icon("download"),
            t("activity.calendar"),
        ),
    );
