/** An activity: facts, live seats, the person's own place, and participants. */

import { to } from "../address.js";
import { api, apiUrl } from "../api.js";
import { h, replace } from "../dom.js";
import { isMember, isOrganizer, membershipIn } from "../group-access.js";
import { daysOf, here, span, t, when, zoneNote } from "../i18n.js";
import { icon } from "../icons.js";
import { follow } from "../live.js";
import { refresh } from "../navigation.js";
import { explain } from "../problems.js";
import { session } from "../session.js";
import { throttle } from "../throttle.js";
import { badge } from "../ui/badge.js";
import { linked, outward } from "../ui/linked.js";
import { page, section } from "../ui/page.js";
import { shareButton } from "../ui/share.js";
import { toast } from "../ui/toasts.js";
import { activityLink, state } from "./activities.js";
import { closed } from "./activity-closed.js";
import { finish } from "./begun.js";
import { atMoments } from "./moments.js";
import { participants } from "./participants.js";
import { placeCard } from "./place.js";
import { seatsCard } from "./seats.js";

export async function view({ params, signal }) {
    const { group: groupId, activity: id } = params;
    const path = `/groups/${groupId}/activities/${id}`;
    let activity;
    let membership;
    try {
        [activity, membership] = await Promise.all([api.get(path, { signal }), membershipIn(groupId, signal)]);
    } catch (failure) {
        // What one can do to see it.
        if (failure.type === "membership-required") {
            return closed(groupId, signal);
        }
        throw failure;
    }
    await finishSignUp(path);
    // A public activity of a private group can be visible while its group is not.
    const group = await api.get(`/groups/${groupId}`, { signal }).catch(orNull);
    const tools = isOrganizer(membership)
        ? (await import("../organize/tools.js")).activityTools({ group, activity, role: membership.role })
        : [];

    const seats = seatsCard();
    const place = placeCard(activity, path, () => update());
    const marks = h("div", { class: "badges" });
    const people = isMember(membership) ? participants(path, signal) : null;
    const load = async () => {
        const [availability, mine] = await Promise.all([
            api.get(`${path}/availability`, { signal }),
            ownSignUp(activity, signal),
            people?.load(),
        ]);
        seats.show(availability);
        place.show(availability, mine);
        replace(marks, badges(activity));
        people?.show(availability);
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
    const { signupOpensAt, signupClosesAt, startsAt, endsAt } = activity;
    atMoments([signupOpensAt, signupClosesAt, startsAt, endsAt], update, signal);
    return page(
        {
            title: activity.title,
            back: group
                ? { href: to("groups", groupId), label: group.name }
                : { href: to(""), label: session.user ? t("app.home") : t("app.start") },
            lead: [facts(activity), marks],
            actions: [
                activity.state === "published" && shareButton(activity.title, activityLink(activity)),
                ...tools,
            ].filter(Boolean),
            group: group ?? { id: groupId },
        },
        h(
            "div",
            { class: "columns activity" },
            h(
                "aside",
                null,
                h("div", { class: "card" }, activity.state !== "cancelled" && seats.element, place.element),
                calendarLink(activity, path),
            ),
            h(
                "div",
                { class: "what" },
                activity.description &&
                    section(
                        { title: t("activity.about"), class: "card" },
                        h("div", { class: "prose" }, linked(activity.description)),
                    ),
                people?.element,
                !people && h("p", { class: "muted" }, t("people.forMembers")),
            ),
        ),
    );
}

/** Signs up who wanted that before they had an account. */
async function finishSignUp(path) {
    const guests = session.user ? finish(path) : null;
    if (guests === null) {
        return;
    }
    try {
        const now = await api.put(`${path}/signups/me`, { guests });
        toast(t(now.state === "waiting" ? "place.nowWaiting" : "place.nowIn", { position: now.position }));
    } catch (failure) {
        toast(explain(failure), "failure");
    }
}

/** Null for a resource that does not exist or is not visible. */
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

/** The person's own sign-up. `/signups/me` would log a 404 in the console if there is none. */
async function ownSignUp(activity, signal) {
    if (!session.user) {
        return null;
    }
    const start = new Date(activity.startsAt);
    const query = { from: start.toISOString(), to: new Date(+start + 1000).toISOString() };
    const found = await api.all("/me/activities", { query, signal });
    return found.find((mine) => mine.activity.id === activity.id)?.signup ?? null;
}

function timesOf(activity) {
    const { startsAt, endsAt, zone, allDay } = activity;
    if (allDay) {
        return [
            h("p", { class: "strong" }, h("time", { datetime: activity.startsOn }, daysOf(activity, "longDay"))),
            h("p", null, t("activity.allDay")),
        ];
    }
    const sameDay = when(startsAt, "longDay", zone) === when(endsAt, "longDay", zone);
    const note = zoneNote(zone, startsAt);
    return [
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
        note && h("p", { class: "muted small" }, t("activity.here", { time: span(startsAt, endsAt, "moment", here()) })),
        activity.adjusted && h("p", { class: "muted small" }, t("activity.adjusted")),
    ];
}

function facts(activity) {
    return h(
        "div",
        { class: "facts" },
        fact("clock", ...timesOf(activity)),
        activity.place &&
            fact(
                "pin",
                h("p", null, activity.place, " · ", outward(mapOf(activity.place), t("activity.map"))),
            ),
        activity.onlineUrl && fact("link", h("p", null, outward(activity.onlineUrl, activity.onlineUrl))),
    );
}

const mapOf = (place) => `https://www.openstreetmap.org/search?${new URLSearchParams({ query: place })}`;

const fact = (image, ...content) => h("div", { class: "fact" }, icon(image), h("div", null, content));

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
