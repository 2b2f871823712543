/** Local times and instants. A local time is a string such as `2026-07-01T18:30`, as the API and `datetime-local` write it. */

import { knows, t, when } from "../i18n.js";

const DAY_MILLIS = 86_400_000;

/**
 * The instant of a local time in a zone, by the server's rule: a time in a gap moves forward by the length of the gap; of a time that
 * occurs twice it is the first.
 *
 * @returns {?Date} null if the zone or the time is not valid
 */
export function instantOf(local, zone) {
    const asUtc = Date.parse(`${local}Z`);
    if (Number.isNaN(asUtc) || !isZone(zone)) {
        return null;
    }
    const [before, after] = [-DAY_MILLIS, DAY_MILLIS].map((distance) => offset(asUtc + distance, zone));
    const fitting = [before, after]
        .map((any) => asUtc - any)
        .filter((instant) => asUtc - instant === offset(instant, zone));
    return new Date(fitting.length > 0 ? Math.min(...fitting) : asUtc - before);
}

/** The local time of an instant in a zone. */
export const localOf = (instant, zone) => new Date(+instant + offset(+instant, zone)).toISOString().slice(0, 16);

/** The UTC offset of a zone at an instant, in milliseconds. */
function offset(instant, zone) {
    const parts = Object.fromEntries(
        fields(zone)
            .formatToParts(instant)
            .map(({ type, value }) => [type, value]),
    );
    const { year, month, day, hour, minute, second } = parts;
    return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - Math.floor(instant / 1000) * 1000;
}

const fields = (zone) =>
    new Intl.DateTimeFormat("en-CA", {
        timeZone: knows(zone) ? zone : "UTC",
        hourCycle: "h23",
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
    });

export const isZone = knows;

/** Whether a local time is in a gap. */
export const isSkipped = (local, zone) => {
    const instant = instantOf(local, zone);
    return instant !== null && localOf(instant, zone) !== local.slice(0, 16);
};

/** Formats a local time; `form` as in `when`. */
export const clockWords = (local, form) => when(`${local}Z`, form, "UTC");

/** Says that a local time does not exist, and when the activity starts instead. */
export const skippedWords = (local, zone, startsAt) =>
    t("clock.skipped", {
        day: clockWords(local, "date"),
        wished: clockWords(local, "time"),
        place: placeOf(zone),
        actual: when(startsAt, "time", zone),
    });

/** The place that a zone is named after: `America/St_Johns` is St Johns. */
export const placeOf = (zone) => zone.split("/").at(-1).replaceAll("_", " ");
