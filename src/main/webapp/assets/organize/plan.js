/** The plan of an activity or a series: from form input, from the API, and in words. */

import { duration, number, t, when } from "../i18n.js";
import { clockWords, instantOf, isZone } from "./clock.js";

/** The duration in the input. */
export const minutesOf = (typed) => (typed.hours ?? 0) * 60 + (typed.durationMinutes ?? 0);

/** A local time for a form field: with seconds only if they are not zero. */
export const withoutSeconds = (local) => (local.length === 19 && local.endsWith(":00") ? local.slice(0, 16) : local);

/** The local start in the input: of an all-day activity, the beginning of its first day; empty while it is not typed. */
export const startIn = (typed) => (typed.allDay ? typed.startsOn && `${typed.startsOn}T00:00` : typed.startsLocal);

/** The plan in the input of a form, for the API. */
export const planOf = (typed, { repeating = false } = {}) => ({
    title: typed.title,
    description: typed.description,
    place: typed.place,
    onlineUrl: typed.onlineUrl,
    allDay: typed.allDay,
    ...(typed.allDay
        ? { startsOn: typed.startsOn, endsOn: typed.endsOn }
        : { startsLocal: typed.startsLocal, durationMinutes: minutesOf(typed) }),
    zone: typed.zone,
    capacity: typed.capacity,
    guestsAllowed: typed.guestsAllowed,
    waitlist: typed.waitlist,
    ...(!repeating && {
        signupOpensAt: instantOrNull(typed.signupOpensAt, typed.zone),
        signupClosesAt: instantOrNull(typed.signupClosesAt, typed.zone),
    }),
    visibility: typed.visibility,
});

const instantOrNull = (local, zone) => (local === "" ? null : (instantOf(local, zone)?.toISOString() ?? local));

/** A plan of the API in the form of `planOf`. */
export const planIn = (resource) => ({
    ...Object.fromEntries(PLAN.filter((name) => name in resource).map((name) => [name, resource[name]])),
    startsLocal: withoutSeconds(resource.startsLocal),
    ...("signupOpensAt" in resource && {
        signupOpensAt: inUtc(resource.signupOpensAt),
        signupClosesAt: inUtc(resource.signupClosesAt),
    }),
});

const inUtc = (instant) => instant && new Date(instant).toISOString();

const dayWords = (day) => (day ? clockWords(`${day}T00:00`, "longDay") : t("plan.none"));

const yesNo = (value) => t(value ? "plan.yes" : "plan.no");

const moment = (instant, { zone }) => (instant && isZone(zone) ? when(instant, "moment", zone) : t("plan.none"));

/** Label and format of each part of a plan. */
export const planWords = {
    title: { label: "plan.title", say: (text) => text },
    description: { label: "plan.description", say: (text) => text || t("plan.none") },
    allDay: { label: "plan.allDay", say: yesNo },
    startsOn: { label: "plan.startsOn", say: dayWords },
    endsOn: { label: "plan.endsOn", say: dayWords },
    startsLocal: {
        label: "plan.starts",
        say: (local) => `${clockWords(local, "longDay")}, ${clockWords(local, "time")}`,
    },
    zone: { label: "plan.zone", say: (zone) => zone },
    durationMinutes: { label: "plan.duration", say: (minutes) => duration(minutes) },
    place: { label: "plan.place", say: (text) => text || t("plan.none") },
    onlineUrl: { label: "plan.online", say: (text) => text || t("plan.none") },
    capacity: { label: "plan.capacity", say: (seats) => (seats === null ? t("plan.unlimited") : number(seats)) },
    guestsAllowed: { label: "plan.guests", say: (guests) => number(guests) },
    waitlist: { label: "plan.waitlist", say: yesNo },
    signupOpensAt: { label: "plan.signupOpensAt", say: moment },
    signupClosesAt: { label: "plan.signupClosesAt", say: moment },
    visibility: { label: "plan.visibility", say: (value) => t(`plan.visibility.${value}`) },
};

const PLAN = Object.keys(planWords);
