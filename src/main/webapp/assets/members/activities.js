/** Activities as rows of a list. */

import { to } from "../address.js";
import { api } from "../api.js";
import { h } from "../dom.js";
import { daysOf, span, t, when, zoneNote } from "../i18n.js";
import { colourOf } from "../palette.js";
import { session } from "../session.js";
import { badge } from "../ui/badge.js";

export const activityLink = (activity) => to("groups", activity.groupId, "activities", activity.id);

/** The date as a calendar leaf; the weekday or, where no heading says it, the month is above the day. */
const leaf = (activity, above) =>
    h(
        "div",
        { class: ["leaf", colourOf(activity.groupId)], "aria-hidden": "true" },
        h("span", { class: "leaf-above" }, when(activity.startsAt, above, activity.zone)),
        h("span", { class: "leaf-day" }, when(activity.startsAt, "dayOfMonth", activity.zone)),
    );

/** Start and end in the activity's zone, which is named if it is not that of this device. */
export function times(activity) {
    if (activity.allDay) {
        return activity.startsOn === activity.endsOn ? t("activity.allDay") : daysOf(activity, "day");
    }
    const zone = zoneNote(activity.zone, activity.startsAt);
    return [span(activity.startsAt, activity.endsAt, "time", activity.zone), zone && ` (${zone})`]
        .filter(Boolean)
        .join("");
}

/**
 * A row.
 *
 * @param {Object} options `activity` as lists of the API have it; `group`: name of its group, optional; `signup`: the person's own,
 *     optional; `dated`: whether no heading says the month
 * @param {...Node} actions beside all that
 */
export function activityRow({ activity, group, signup, dated = false }, ...actions) {
    const seats = seatsOf(activity);
    return h(
        "div",
        { class: ["row", "activity-row", activity.state === "cancelled" && "gone"] },
        leaf(activity, dated ? "shortMonth" : "weekday"),
        h(
            "div",
            { class: "row-main" },
            h("p", { class: "row-title" }, h("a", { href: activityLink(activity) }, activity.title)),
            h(
                "p",
                { class: "row-line" },
                h("span", { class: "unseen" }, `${when(activity.startsAt, "longDay", activity.zone)}, `),
                h(
                    "time",
                    { datetime: activity.startsAt, class: "nowrap" },
                    dated && h("span", { "aria-hidden": "true" }, `${when(activity.startsAt, "weekday", activity.zone)}, `),
                    times(activity),
                ),
                group && h("span", null, group),
                activity.place && h("span", null, activity.place),
            ),
        ),
        h(
            "div",
            { class: "badges" },
            state(activity),
            signup && activity.state !== "cancelled" && place(signup),
            seats && h("span", { class: "row-seats" }, seats),
        ),
        actions.some(Boolean) && h("div", { class: "actions" }, actions),
    );
}

/** How full it is, briefly; empty where nobody can sign up. */
export function seatsOf({ state: now, capacity, seatsTaken, waiting }) {
    if (now !== "published") {
        return "";
    }
    if (capacity === null) {
        return seatsTaken > 0 ? t("seats.going", { count: seatsTaken }) : "";
    }
    if (seatsTaken < capacity && waiting === 0) {
        return t("seats.ofBriefly", { taken: seatsTaken, capacity });
    }
    return waiting > 0 ? t("seats.fullWaiting", { count: waiting }) : t("seats.full");
}

/** Whether somebody who signs up now has to wait. */
export const mustWait = ({ capacity, seatsTaken, waiting }) =>
    capacity !== null && (seatsTaken >= capacity || waiting > 0);

/** A badge for a cancelled activity or a draft. */
export function state(activity) {
    if (activity.state === "cancelled") {
        return badge(t("activity.cancelled"), "bad");
    }
    return activity.state === "draft" && badge(t("activity.draft"), "warn");
}

/** A badge for the person's own sign-up. */
export function place(signup) {
    if (signup.state === "waiting") {
        return badge(t("place.waitingBriefly", { position: signup.position }), "warn");
    }
    const said = signup.guests > 0 ? t("place.inWithGuests", { count: signup.guests }) : t("place.in");
    return signup.state === "confirmed" && badge(said, "good");
}

/** Of each series only the first that is in the list: the others are much the same. */
export function oncePerSeries(items) {
    const seen = new Set();
    return items.filter(({ activity: { seriesId } }) => {
        const another = seriesId !== null && seen.has(seriesId);
        seen.add(seriesId);
        return !another;
    });
}

/** The month that an activity starts in, in words. */
export const monthOf = ({ startsAt, zone }) => when(startsAt, "month", zone);

/** Activities grouped by month, in the given order. */
export function byMonth(items, row) {
    const months = new Map();
    for (const item of items) {
        const month = monthOf(item.activity ?? item);
        months.set(month, [...(months.get(month) ?? []), item]);
    }
    return [...months].map(([month, found]) =>
        h(
            "section",
            { class: "month" },
            h("h2", null, month),
            h(
                "ul",
                { class: "list" },
                found.map((item) => h("li", null, row(item))),
            ),
        ),
    );
}

/** No activity is longer, in milliseconds: one that is still on started within this period. */
export const LONGEST = 14 * 86_400_000;

/** A page of what is on in a group, or to come, as seen at an instant; what has begun is on the first page. */
export async function coming(path, now, query, signal) {
    const read = { from: new Date(now - LONGEST).toISOString(), to: new Date(now).toISOString() };
    const [begun, page] = await Promise.all([
        query.cursor ? [] : api.all(path, { query: read, signal }),
        api.get(path, { query: { ...query, from: read.to }, signal }),
    ]);
    return { items: [...begun.filter(({ endsAt }) => new Date(endsAt) > now), ...page.items], next: page.next };
}

/** The person's own sign-ups in a period, by activity id; none if nobody is signed in. */
export async function mySignUps(from, until, signal) {
    const found = session.user
        ? await api.all("/me/activities", { query: { from, to: until }, most: 500, signal })
        : [];
    return new Map(found.map(({ activity, signup }) => [activity.id, signup]));
}
