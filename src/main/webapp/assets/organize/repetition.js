/** The repetition of a series as form fields, with a preview of the dates. */

import { h, replace } from "../dom.js";
import { locale, t } from "../i18n.js";
import { field, values } from "../ui/forms.js";
import { clockWords, instantOf, isSkipped, skippedWords } from "./clock.js";
import { choice, part } from "./fields.js";
import {
    daysOf,
    endsMonth,
    isDay,
    LONGEST_INTERVAL,
    MOST,
    nthOf,
    ruleWords,
    skippedMonths,
    weekdayName,
    weekdayOf,
    WEEKDAYS,
} from "./rule.js";
import { startIn } from "./plan.js";

/** The days that the preview lists before it says how many more there are. */
const LISTED = 6;

/** The rule of a new series. */
export const newRule = (startsLocal) => ({
    frequency: "weekly",
    interval: 1,
    weekdays: [weekdayOf(startsLocal)],
    nth: null,
    monthDay: null,
    until: null,
    count: 10,
});

/** The fields of a rule; `sayRepetition` keeps them and the preview up to date in their form. */
export const ruleFields = (rule) =>
    part(
        { title: t("rule.title"), class: "rule" },
        h(
            "div",
            { class: "pair" },
            field({
                name: "rule/interval",
                label: t("rule.interval"),
                type: "number",
                value: rule.interval,
                required: true,
                min: 1,
                max: LONGEST_INTERVAL,
                inputmode: "numeric",
            }),
            field({
                name: "rule/frequency",
                label: t("rule.frequency"),
                type: "select",
                value: rule.frequency,
                options: ["daily", "weekly", "monthly"].map((value) => [value, unit(value, rule.interval)]),
            }),
        ),
        h(
            "fieldset",
            { class: "weekdays", data: { of: "weekly" } },
            h("legend", null, t("rule.weekdays")),
            h(
                "div",
                null,
                WEEKDAYS.map((name) => weekdayPill(name, rule)),
            ),
        ),
        choice({
            name: "monthly",
            legend: t("rule.monthlyOn"),
            value: monthlyBy(rule),
            options: ["day", "lastDay", "nth", "last"].map((value) => ({ value, label: "" })),
            data: { of: "monthly" },
        }),
        choice({
            name: "ends",
            legend: t("rule.ends"),
            value: rule.until === null ? "count" : "until",
            options: ["count", "until"].map((value) => ({ value, label: t(`rule.ends.${value}`) })),
            row: true,
        }),
        h(
            "div",
            { data: { ends: "count" } },
            field({
                name: "rule/count",
                label: t("rule.count"),
                type: "number",
                value: rule.count ?? 10,
                required: true,
                min: 1,
                max: MOST,
                inputmode: "numeric",
            }),
        ),
        h(
            "div",
            { data: { ends: "until" } },
            field({ name: "rule/until", label: t("rule.untilDay"), type: "date", value: rule.until, required: true }),
        ),
        h("div", { class: "preview", "aria-live": "polite" }),
    );

function monthlyBy({ nth, monthDay }) {
    if (monthDay === -1) {
        return "lastDay";
    }
    return nth === null ? "day" : nth < 0 ? "last" : "nth";
}

const unit = (frequency, count) => t(`rule.${frequency}`, { count });

const weekdayPill = (name, rule) =>
    h(
        "label",
        { class: "pill" },
        h("input", {
            type: "checkbox",
            name: `weekday-${name}`,
            checked: rule.weekdays?.includes(name) ?? false,
            "aria-label": weekdayName(name, "long"),
        }),
        h("span", { "aria-hidden": "true" }, weekdayName(name, "short")),
    );

/** The rule that was typed, as the API takes it. */
export function ruleOf(typed) {
    const frequency = typed["rule/frequency"];
    const byNth = frequency === "monthly" && (typed.monthly === "nth" || typed.monthly === "last");
    return {
        frequency,
        interval: typed["rule/interval"],
        weekdays: frequency === "weekly" || byNth ? weekdaysOf(typed, byNth) : null,
        nth: byNth ? (typed.monthly === "last" ? -1 : nthOf(startIn(typed)).nth) : null,
        monthDay: frequency === "monthly" && typed.monthly === "lastDay" ? -1 : null,
        until: typed.ends === "until" ? typed["rule/until"] : null,
        count: typed.ends === "count" ? typed["rule/count"] : null,
    };
}

/** Those that are ticked; where there are none, that of the first occurrence. */
function weekdaysOf(typed, byNth) {
    const ticked = byNth ? [] : WEEKDAYS.filter((name) => typed[`weekday-${name}`]);
    return ticked.length > 0 ? ticked : [weekdayOf(startIn(typed))];
}

/** Shows what belongs to the rule that is chosen, and which days it comes to, whenever something is typed. */
export function sayRepetition(form) {
    let weekday = weekdayOf(startIn(values(form)));
    const say = () => {
        const start = startIn(values(form));
        const frequency = form.elements.namedItem("rule/frequency");
        for (const option of frequency.options) {
            option.textContent = unit(option.value, values(form)["rule/interval"] ?? 1);
        }
        offer(form, "of", frequency.value);
        offer(form, "ends", form.elements.namedItem("ends").value);
        if (isDay(start)) {
            weekday = moveTick(form, weekday, weekdayOf(start));
            nameMonthDays(form, start);
        }
        replace(form.querySelector(".preview"), preview(values(form)));
    };
    form.addEventListener("input", say);
    say();
    return form;
}

/** If the series is on the weekday of its first day only, or on none, it is on that of its first day as it is now. */
function moveTick(form, from, to) {
    const [was, is] = [from, to].map((name) => form.elements.namedItem(`weekday-${name}`));
    const ticked = form.querySelectorAll(".weekdays :checked").length;
    if (ticked === 0 || (ticked === 1 && was.checked)) {
        was.checked = false;
        is.checked = true;
    }
    return to;
}

/** What does not belong is neither seen nor checked. */
function offer(form, kind, wanted) {
    for (const place of form.querySelectorAll(`[data-${kind}]`)) {
        const shown = place.dataset[kind] === wanted;
        place.hidden = !shown;
        place.querySelectorAll("input").forEach((input) => (input.disabled = !shown));
    }
}

function nameMonthDays(form, start) {
    const { nth, last } = nthOf(start);
    const weekday = weekdayName(weekdayOf(start), "long");
    const labels = {
        day: t("rule.day", { day: Number(start.slice(8, 10)) }),
        lastDay: t("rule.lastDay"),
        nth: t(`rule.nth.${nth}`, { weekday }),
        last: t("rule.nth.-1", { weekday }),
    };
    for (const option of form.querySelectorAll("[data-of=monthly] .option")) {
        const input = option.querySelector("input");
        option.querySelector(".option-label").textContent = labels[input.value];
        const offered = { last, lastDay: endsMonth(start) }[input.value] ?? true;
        option.hidden = !offered && !input.checked;
    }
}

const isWhole = (typed, most) => Number.isInteger(typed) && typed >= 1 && typed <= most;

function preview(typed) {
    const start = startIn(typed);
    const rule = isDay(start) && ruleOf(typed);
    if (!isWhole(rule.interval, LONGEST_INTERVAL) || !(rule.until || isWhole(rule.count, Infinity))) {
        return h("p", { class: "hint" }, t("preview.incomplete"));
    }
    const days = daysOf(rule, start);
    if (days[0] !== start.slice(0, 10)) {
        return h("p", { class: "warn" }, t("preview.otherFirst"));
    }
    if (days.length > MOST) {
        return h("p", { class: "warn" }, t("preview.tooMany", { most: MOST }));
    }
    const time = start.slice(10);
    const rest = days.length - LISTED;
    return [
        h("h3", null, t("preview.title", { count: days.length })),
        h("p", { class: "hint" }, ruleWords(rule, start)),
        skips(skippedMonths(rule, days)),
        occurrences(days.slice(0, LISTED), time, typed),
        rest > 0 &&
            h(
                "details",
                null,
                h(
                    "summary",
                    null,
                    t("preview.more", { count: rest, last: clockWords(`${days.at(-1)}T00:00`, "date") }),
                ),
                occurrences(days.slice(LISTED), time, typed),
            ),
    ];
}

const skips = (months) =>
    months.length > 0 &&
    h(
        "p",
        { class: "warn" },
        t("preview.skips", {
            count: months.length,
            months: new Intl.ListFormat(locale()).format(
                months.length > LISTED ? [...months.slice(0, LISTED), "…"] : months,
            ),
        }),
    );

const occurrences = (days, time, { zone, allDay }) =>
    h(
        "ol",
        { class: "days" },
        days.map((day) => {
            const local = day + time;
            return h(
                "li",
                null,
                clockWords(local, "longDay"),
                !allDay &&
                    isSkipped(local, zone) &&
                    h("strong", { class: "skipped" }, ` ${skippedWords(local, zone, instantOf(local, zone))}`),
            );
        }),
    );
