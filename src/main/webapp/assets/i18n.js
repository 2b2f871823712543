/**
 * Words, numbers and dates in the language of the page. The words of a language are one file: `languages/en.js`.
 *
 *     t("group.join", { name: group.name });
 *     t("group.members", { count: 3 });
 */

import { language, setLanguage } from "./preferences.js";

let messages = {};

/**
 * Loads the words of a language, and makes it the page's. Nothing can be said before. Event of the window: `languagechosen`.
 *
 * @param {string} name one of `languages` of `preferences.js`
 */
export async function speak(name) {
    ({ messages } = await import(`./languages/${name}.js`));
    if (name !== language()) {
        setLanguage(name);
        dispatchEvent(new Event("languagechosen"));
    }
}

/** Whether a message exists. */
export const has = (key) => key in messages;

/**
 * A message. `{name}` is replaced by the value of that name; numbers are formatted for the language. If the message is
 * `{ one, other }`, `count` selects the plural form.
 */
export function t(key, values = {}) {
    return parts(key, values).join("");
}

/** A message as a list of parts, for values that are elements: `h("p", null, rich("consent", { terms: h("a", …) }))`. */
export const rich = (key, values = {}) => parts(key, values);

function parts(key, values) {
    let text = messages[key];
    if (text === undefined) {
        console.error(`There is no message '${key}' in ${language()}`);
        return [key];
    }
    if (typeof text === "object") {
        text = text[plural(values.count)] ?? text.other;
    }
    return text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : written(values[part])));
}

const written = (value) =>
    typeof value === "number" ? number(value) : typeof value === "string" ? isolated(value) : value;

/** Letters that are written from right to left, and marks that turn the direction. */
const RIGHT_TO_LEFT =
    /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** A text of people, for a sentence: if it is written from right to left, the rest stays in its order. */
export const isolated = (text) => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);

const plural = (count) => new Intl.PluralRules(language()).select(count);

/** The locale: `fr-CA` rather than `fr` if the browser prefers it. */
export const locale = () => navigator.languages.find((name) => name.startsWith(language())) ?? language();

export const number = (value, options) => new Intl.NumberFormat(locale(), options).format(value);

const usable = new Map();

/** Whether this browser can format times in a zone. */
export function knows(zone) {
    if (!usable.has(zone)) {
        try {
            new Intl.DateTimeFormat("en", { timeZone: zone });
            usable.set(zone, Boolean(zone));
        } catch {
            usable.set(zone, false);
        }
    }
    return usable.get(zone);
}

const ofDevice = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Whether this device is in a time zone that its browser knows. */
export const isPlaced = () => knows(ofDevice());

/** The time zone of this device; UTC if the browser does not know it. */
export const here = () => (isPlaced() ? ofDevice() : "UTC");

/** The zone; if this browser does not know it, the instant's own offset. */
function zoneOf(zone, instant) {
    if (knows(zone)) {
        return zone;
    }
    const offset = /[+-]\d\d:\d\d$/.exec(instant)?.[0];
    return knows(offset) ? offset : "UTC";
}

/** The offset of a zone's clocks now, such as `-03:00`; null if this browser does not know the zone. */
export function offsetOf(zone) {
    if (!knows(zone)) {
        return null;
    }
    const named = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" });
    const offset = named.formatToParts().find(({ type }) => type === "timeZoneName").value.slice(3);
    return offset === "" ? "+00:00" : offset;
}

const DATES = {
    /** Sat, 14 March */
    day: { weekday: "short", day: "numeric", month: "long" },
    /** Saturday, 14 March 2026 */
    longDay: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
    /** 14 March 2026 */
    date: { day: "numeric", month: "long", year: "numeric" },
    /** 14 March 2026 at 09:30 */
    dateTime: { day: "numeric", month: "long", year: "numeric", hour: "numeric", minute: "2-digit" },
    /** 09:30 */
    time: { hour: "numeric", minute: "2-digit" },
    /** Sat, 14 Mar, 09:30 */
    moment: { weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" },
    /** March 2026 */
    month: { month: "long", year: "numeric" },
    /** Mar */
    shortMonth: { month: "short" },
    /** Sat */
    weekday: { weekday: "short" },
    /** Saturday */
    longWeekday: { weekday: "long" },
    /** 14 */
    dayOfMonth: { day: "numeric" },
};

/**
 * Formats an instant.
 *
 * @param {string|Date} instant
 * @param {"day"|"longDay"|"date"|"dateTime"|"time"|"moment"|"month"|"shortMonth"|"weekday"|"longWeekday"|"dayOfMonth"} form
 * @param {string} zone by default that of this device
 */
export const when = (instant, form, zone = here()) => format(form, zoneOf(zone, instant)).format(new Date(instant));

/** The date of an instant in a zone, in ISO format: `2026-03-14`. */
export function dayIn(zone, instant) {
    const parts = new Intl.DateTimeFormat("en", {
        timeZone: zoneOf(zone, instant),
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
    });
    const { year, month, day } = Object.fromEntries(
        parts.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]),
    );
    return `${year}-${month}-${day}`;
}

/** Formats a period, as briefly as possible: `Sat, 14 March, 09:30 – 11:00`. */
export const span = (start, end, form, zone = here()) =>
    format(form, zoneOf(zone, start)).formatRange(new Date(start), new Date(end));

/** An instant in a zone, which is named if it is not that of this device: `Sat, 14 Mar, 18:00 (Toronto time)`. */
export function momentIn(zone, instant) {
    const note = zoneNote(zone, instant);
    return `${when(instant, "moment", zone)}${note && ` (${note})`}`;
}

/** The start of an activity, in its zone: with the time, if it has one. */
export const startOf = ({ startsAt, zone, allDay }) =>
    allDay ? when(startsAt, "longDay", zone) : momentIn(zone, startsAt);

/** The days of an all-day activity. */
export const daysOf = ({ startsOn, endsOn }, form) => span(`${startsOn}T00:00Z`, `${endsOn}T00:00Z`, form, "UTC");

const formats = new Map();

function format(form, zone) {
    const key = `${locale()} ${form} ${zone}`;
    if (!formats.has(key)) {
        formats.set(key, new Intl.DateTimeFormat(locale(), { ...DATES[form], timeZone: zone }));
    }
    return formats.get(key);
}

const UNITS = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1000],
];

/** Formats a relative time: `3 hours ago`, `in 2 days`. */
export function ago(instant, now = Date.now()) {
    const distance = new Date(instant) - now;
    const [unit, length] = UNITS.find(([, size]) => Math.abs(distance) >= size) ?? UNITS.at(-1);
    return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.trunc(distance / length), unit);
}

/** Formats a duration in minutes: `1 h 30 min`. */
export function duration(minutes) {
    const days = Math.floor(minutes / 1440);
    const hours = Math.floor((minutes % 1440) / 60);
    const said = [
        [days, "day"],
        [hours, "hour"],
        [minutes % 60, "minute"],
    ].filter(([count]) => count > 0);
    return said.map(([count, unit]) => number(count, { style: "unit", unit, unitDisplay: "short" })).join(" ");
}

/** The name of a zone, such as `Toronto time`; empty for the zone of this device. The name of one that this browser does not know is its id. */
export function zoneNote(zone, instant = new Date()) {
    if (zone === ofDevice()) {
        return "";
    }
    if (!knows(zone)) {
        return zone;
    }
    const named = new Intl.DateTimeFormat(locale(), { timeZone: zone, timeZoneName: "longGeneric" });
    return named.formatToParts(new Date(instant)).find((part) => part.type === "timeZoneName").value;
}
