/** A month of activities as a table. */

import { h, replace } from "../dom.js";
import { dayIn, locale, t, when, zoneNote } from "../i18n.js";
import { latest } from "../latest.js";
import { colourOf } from "../palette.js";
import { attempt } from "../ui/actions.js";
import { button, iconButton } from "../ui/buttons.js";
import { keepPlace } from "../ui/keep-place.js";
import { activityLink, activityRow, LONGEST, seatsOf } from "./activities.js";

const DAY = 86_400_000;

/** Weekdays in the order of the locale; 1 is Monday. */
function week() {
    const chosen = new Intl.Locale(locale());
    const first = (chosen.getWeekInfo?.() ?? chosen.weekInfo)?.firstDay ?? 1;
    return Array.from({ length: 7 }, (_, i) => ((first - 1 + i) % 7) + 1);
}

/** All days of the weeks of a month. A day is represented by its noon in UTC. */
function days({ year, index }) {
    const first = new Date(Date.UTC(year, index, 1, 12));
    const weekday = first.getUTCDay() || 7;
    const lead = week().indexOf(weekday);
    const length = new Date(Date.UTC(year, index + 1, 0)).getUTCDate();
    return Array.from(
        { length: Math.ceil((lead + length) / 7) * 7 },
        (_, i) => new Date(first.getTime() + (i - lead) * DAY),
    );
}

/**
 * The calendar.
 *
 * @param {Object} options
 * @param {string} options.zone of the dates
 * @param {string} [options.month] first shown, such as `2026-03`; by default the current one
 * @param {(from: string, to: string) => Promise<{activities: Activity[], mine: Map}>} options.load activities that start in a
 *     period, and the person's own sign-ups by activity id
 * @param {(month: string) => void} options.onmonth called with the month that is shown
 * @returns {{ element: Node, refresh: () => Promise }} `refresh` reads the month that was asked for last
 */
export function calendar({ zone, month, load, onmonth }) {
    const today = dayIn(zone, new Date());
    let shown = monthOf(month ?? today);
    let wanted = shown;
    let chosen = today;

    const heading = h("h3", { "aria-live": "polite" });
    const table = h("table", { class: "calendar" });
    const below = h("div", { class: "calendar-day" });

    const read = latest(load);
    let mine;

    /** What is shown stays until the month that was asked for last is there. */
    const show = async (asked, day) => {
        wanted = asked;
        const listed = days(asked);
        let found;
        try {
            found = await read(
                new Date(listed[0] - LONGEST).toISOString(),
                new Date(+listed.at(-1) + DAY).toISOString(),
            );
        } catch (failure) {
            wanted = shown;
            throw failure;
        }
        if (found === undefined) {
            return;
        }
        if (asked !== shown) {
            shown = asked;
            onmonth(`${shown.year}-${String(shown.index + 1).padStart(2, "0")}`);
        }
        chosen = day ?? chosen;
        const byDay = new Map();
        mine = found.mine;
        for (const activity of found.activities) {
            for (const name of daysOf(activity)) {
                byDay.set(name, [...(byDay.get(name) ?? []), activity]);
            }
        }
        heading.textContent = when(listed[10], "month", "UTC");
        if (!byDay.has(chosen)) {
            const busy = listed.map((one) => dayIn("UTC", one)).filter((name) => byDay.has(name));
            chosen = busy.find((name) => name >= today) ?? busy.at(-1);
        }
        keepPlace(element, () => draw(listed, byDay));
    };

    const draw = (listed, byDay) => {
        const weeks = Array.from({ length: listed.length / 7 }, (_, i) => listed.slice(i * 7, i * 7 + 7));
        replace(
            table,
            h("caption", { class: "unseen" }, t("calendar.caption")),
            h(
                "thead",
                null,
                h(
                    "tr",
                    null,
                    weeks[0].map((day) =>
                        h(
                            "th",
                            { scope: "col" },
                            h("span", { "aria-hidden": "true" }, when(day, "weekday", "UTC")),
                            h("span", { class: "unseen" }, when(day, "longWeekday", "UTC")),
                        ),
                    ),
                ),
            ),
            h(
                "tbody",
                null,
                weeks.map((one) =>
                    h(
                        "tr",
                        null,
                        one.map((day) => cell(day, byDay, listed)),
                    ),
                ),
            ),
        );
        drawDay(byDay);
    };

    const cell = (day, byDay, listed) => {
        const name = dayIn("UTC", day);
        const there = byDay.get(name) ?? [];
        const number = h("time", { datetime: name }, when(day, "dayOfMonth", "UTC"));
        return h(
            "td",
            {
                class: [
                    day.getUTCMonth() !== shown.index && "outside",
                    name === today && "today",
                    there.length > 0 && "busy",
                ],
                "aria-current": name === today && "date",
            },
            h("span", { class: "day-number" }, number),
            there.length > 0 && [
                h(
                    "button",
                    {
                        type: "button",
                        class: "day-button",
                        "aria-label": `${when(day, "longDay", "UTC")}: ${t("calendar.count", { count: there.length })}`,
                        "aria-pressed": String(name === chosen),
                        onclick: () => {
                            chosen = name;
                            keepPlace(element, () => draw(listed, byDay));
                        },
                    },
                    when(day, "dayOfMonth", "UTC"),
                ),
                h("ul", null, there.map((activity) => entry(activity, zone, mine.get(activity.id)))),
            ],
        );
    };

    const drawDay = (byDay) => {
        const there = byDay.get(chosen) ?? [];
        replace(
            below,
            there.length > 0
                ? h(
                      "ul",
                      { class: "list" },
                      there.map((activity) => h("li", null, activityRow({ activity, signup: mine.get(activity.id) }))),
                  )
                : h("p", { class: "muted" }, t("calendar.none")),
        );
    };

    const move = (months) => {
        const moved = new Date(Date.UTC(wanted.year, wanted.index + months, 1));
        return show({ year: moved.getUTCFullYear(), index: moved.getUTCMonth() });
    };

    const element = h(
        "div",
        { class: "calendar-frame" },
        h(
            "div",
            { class: "calendar-head" },
            heading,
            h(
                "div",
                { class: "actions" },
                button(t("calendar.today"), { class: "small", onclick: () => attempt(() => show(monthOf(today), today)) }),
                iconButton(t("calendar.previous"), "back", { onclick: () => attempt(() => move(-1)) }),
                iconButton(t("calendar.next"), "forward", { onclick: () => attempt(() => move(1)) }),
            ),
        ),
        table,
        below,
    );
    return { element, refresh: () => show(wanted) };
}

/** The days that an activity is on, in its zone: an all-day one on each of its days, another on that of its start. */
function daysOf({ allDay, startsOn, endsOn, startsAt, zone }) {
    if (!allDay) {
        return [dayIn(zone, startsAt)];
    }
    const first = Date.parse(startsOn);
    return Array.from({ length: (Date.parse(endsOn) - first) / DAY + 1 }, (_, i) => dayIn("UTC", first + i * DAY));
}

/** Two lines: what and when, with the zone if it is not that of the calendar; the person's own place, or how full it is. */
function entry(activity, zone, signup) {
    const cancelled = activity.state === "cancelled";
    const place = cancelled ? null : signup?.state;
    return h(
        "li",
        null,
        h(
            "a",
            {
                href: activityLink(activity),
                class: [
                    "entry",
                    activity.state,
                    colourOf(activity.groupId),
                    place === "confirmed" && "in",
                    place === "waiting" && "waits",
                ],
            },
            h("span", { class: "entry-title" }, activity.title),
            " ",
            h("span", { class: "entry-more" }, more(activity, zone, place && signup)),
            activity.state !== "published" && h("span", { class: "unseen" }, ` (${t(`activity.${activity.state}`)})`),
        ),
    );
}

function more(activity, zone, signup) {
    const time = activity.allDay ? "" : when(activity.startsAt, "time", activity.zone);
    const note = !activity.allDay && activity.zone !== zone && zoneNote(activity.zone, activity.startsAt);
    const said =
        signup?.state === "waiting"
            ? t("place.waitingShort", { position: signup.position })
            : signup
              ? t("place.in")
              : seatsOf(activity);
    return [time, note, said].filter(Boolean).join(" · ");
}

function monthOf(name) {
    const [year, month] = name.split("-").map(Number);
    return Number.isInteger(year) && month >= 1 && month <= 12 ? { year, index: month - 1 } : monthOf(dayIn("UTC", new Date()));
}
