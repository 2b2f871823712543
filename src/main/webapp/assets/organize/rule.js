/** On which days a series takes place: the server's rule, for a preview, and in words. Days are text such as 2026-07-01. */

import { locale, t } from "../i18n.js";
import { clockWords } from "./clock.js";

/** How many occurrences a series has at most. */
export const MOST = 104;

/** The longest interval: in days, weeks or months. */
export const LONGEST_INTERVAL = 52;

export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const LAST_YEAR = 2100;
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MILLIS = 86_400_000;

/** The most steps that a year has. */
const STEPS = { daily: 366, weekly: 53, monthly: 12 };

/** Whether this is a day, or a wall clock on one. */
export const isDay = (local) => !Number.isNaN(+date(local));

/** The day's weekday: 0 is Monday. */
const weekday = (day) => (day.getUTCDay() + 6) % 7;

export const weekdayOf = (local) => WEEKDAYS[weekday(date(local))];

/** Which such weekday of its month a day is: 2 is the second; and whether it is the last. */
export function nthOf(local) {
    const day = date(local);
    return { nth: Math.ceil(day.getUTCDate() / 7), last: plus(day, 7).getUTCMonth() !== day.getUTCMonth() };
}

/**
 * The days of a rule, from its first on; one more than a series may have if there are too many.
 *
 * @param {Object} rule as the API has it
 * @param {string} first its first day, or a wall clock on it
 */
export function daysOf(rule, first) {
    const found = [];
    const most = Math.min(rule.count ?? Infinity, MOST + 1);
    for (const day of fitting(rule, date(first))) {
        if (found.length === most || (rule.until !== null && text(day) > rule.until)) {
            break;
        }
        found.push(text(day));
    }
    return found;
}

function* fitting(rule, first) {
    const weekdays = rule.weekdays?.map((name) => WEEKDAYS.indexOf(name)).sort() ?? [weekday(first)];
    const monday = plus(first, -weekday(first));
    // Also where no other month has the day, or the interval is none, it ends.
    const turns = STEPS[rule.frequency] * (LAST_YEAR + 1 - first.getUTCFullYear());
    for (let turn = 0; turn < turns; turn += 1) {
        const step = turn * rule.interval;
        const days = {
            daily: () => [plus(first, step)],
            weekly: () => weekdays.map((number) => plus(monday, step * 7 + number)),
            monthly: () => inMonth(rule, weekdays[0], first, step),
        }[rule.frequency]();
        for (const day of days) {
            if (day.getUTCFullYear() > LAST_YEAR) {
                return;
            }
            if (day >= first) {
                yield day;
            }
        }
    }
}

/** The day of the month that lies so many months after the first; none if it lacks it. */
function inMonth({ nth, monthDay }, weekdayNumber, first, months) {
    const month = first.getUTCMonth() + months;
    const start = new Date(Date.UTC(first.getUTCFullYear(), month, 1));
    const end = new Date(Date.UTC(first.getUTCFullYear(), month + 1, 0));
    let day;
    if (monthDay === -1) {
        day = end;
    } else if (nth === null) {
        day = plus(start, first.getUTCDate() - 1);
    } else if (nth < 0) {
        day = plus(end, -((weekday(end) - weekdayNumber + 7) % 7));
    } else {
        day = plus(start, ((weekdayNumber - weekday(start) + 7) % 7) + (nth - 1) * 7);
    }
    return day <= end ? [day] : [];
}

/** Whether a day is the last of its month. */
export const endsMonth = (local) => plus(date(local), 1).getUTCDate() === 1;

/**
 * The months before the last occurrence that lack the day of a monthly rule, in words.
 *
 * @param {string[]} days of all occurrences
 */
export function skippedMonths(rule, days) {
    if (rule.frequency !== "monthly" || days.length === 0) {
        return [];
    }
    const [first, last] = [date(days[0]), date(days.at(-1))];
    const months = new Intl.DateTimeFormat(locale(), { month: "long", year: "numeric", timeZone: "UTC" });
    const met = new Set(days.map((day) => day.slice(0, 7)));
    const steps = 12 * (last.getUTCFullYear() - first.getUTCFullYear()) + last.getUTCMonth() - first.getUTCMonth();
    return Array.from({ length: Math.ceil(steps / rule.interval) - 1 }, (_, turn) =>
        new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + (turn + 1) * rule.interval, 1)),
    )
        .filter((month) => !met.has(text(month).slice(0, 7)))
        .map((month) => months.format(month));
}

const date = (local) => new Date(`${local.slice(0, 10)}T00:00Z`);

const text = (day) => day.toISOString().slice(0, 10);

const plus = (day, days) => new Date(+day + days * DAY_MILLIS);

/** A weekday's name, `long` or `short`. */
export const weekdayName = (name, width) =>
    new Intl.DateTimeFormat(locale(), { weekday: width, timeZone: "UTC" }).format(
        MONDAY + WEEKDAYS.indexOf(name) * DAY_MILLIS,
    );

/** The rule in words: `Every 2 weeks on Monday and Thursday, 10 times`. */
export const ruleWords = (rule, first) => `${repeats(rule, first)}, ${ends(rule)}`;

function repeats({ frequency, interval, weekdays, nth, monthDay }, first) {
    const every = t(`rule.every.${frequency}`, { count: interval });
    if (frequency === "weekly") {
        const names = weekdays.map((name) => weekdayName(name, "long"));
        return t("rule.on", { every, days: new Intl.ListFormat(locale()).format(names) });
    }
    if (monthDay === -1) {
        return t("rule.onLastDay", { every });
    }
    if (frequency === "monthly") {
        return nth === null
            ? t("rule.onDay", { every, day: Number(first.slice(8, 10)) })
            : t(`rule.onNth.${nth}`, { every, weekday: weekdayName(weekdays[0], "long") });
    }
    return every;
}

const ends = ({ until, count }) =>
    until === null ? t("rule.times", { count }) : t("rule.until", { day: clockWords(`${until}T00:00`, "date") });
