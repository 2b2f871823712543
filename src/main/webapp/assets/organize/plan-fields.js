/** The fields of a plan in a form. */

import { h, replace } from "../dom.js";
import { dayIn, daysOf, here, span, t, zoneNote } from "../i18n.js";
import { field, values } from "../ui/forms.js";
import { zoneField } from "../ui/zone-field.js";
import { instantOf, isSkipped, skippedWords } from "./clock.js";
import { choice, part } from "./fields.js";
import { minutesOf, startIn, withoutSeconds } from "./plan.js";

const MINUTE_MILLIS = 60_000;
const USUAL_TIME = "T10:00";
const USUAL_MINUTES = 60;

/** The defaults of a new activity: next Saturday morning, for the group. */
export function newPlan(group) {
    const today = new Date(`${dayIn(group.zone, new Date())}T00:00Z`);
    today.setUTCDate(today.getUTCDate() + ((6 - today.getUTCDay() + 7) % 7 || 7));
    return {
        title: "",
        description: "",
        place: "",
        onlineUrl: "",
        startsLocal: `${today.toISOString().slice(0, 10)}${USUAL_TIME}`,
        zone: group.zone,
        durationMinutes: USUAL_MINUTES,
        allDay: false,
        startsOn: null,
        endsOn: null,
        capacity: null,
        guestsAllowed: 0,
        waitlist: true,
        signupOpensAt: null,
        signupClosesAt: null,
        visibility: group.visibility === "public" ? "public" : "group",
    };
}

/**
 * The fields of a plan.
 *
 * @param {Object} plan as the API has it
 * @param {Object} group
 * @param {Object} [options] `repeating`: a series has no sign-up window; `more`: more parts, after the times
 * @returns {Node[]}
 */
export const planFields = (plan, group, { repeating = false, more = [] } = {}) => [
    part(
        { title: t("plan.what") },
        field({ name: "title", label: t("plan.title"), value: plan.title, required: true, maxlength: 200 }),
        field({
            name: "description",
            label: t("plan.description"),
            type: "textarea",
            value: plan.description,
            maxlength: 10_000,
        }),
    ),
    part(
        { title: t("plan.when") },
        field({ name: "allDay", label: t("plan.allDay"), type: "checkbox", value: plan.allDay }),
        dayFields(plan, repeating),
        timeFields(plan, repeating),
        zoneField({ name: "zone", label: t("plan.zone"), value: plan.zone }),
        h("p", { class: "times", "aria-live": "polite" }),
    ),
    more,
    part(
        { title: t("plan.where") },
        field({ name: "place", label: t("plan.place"), value: plan.place, maxlength: 500 }),
        field({
            name: "onlineUrl",
            label: t("plan.online"),
            hint: t("plan.onlineHint"),
            type: "url",
            value: plan.onlineUrl,
            maxlength: 2000,
        }),
    ),
    part(
        { title: t("plan.seats") },
        h(
            "div",
            { class: "fields" },
            field({
                name: "capacity",
                label: t("plan.capacity"),
                hint: t("plan.capacityHint"),
                type: "number",
                value: plan.capacity,
                min: 1,
                max: 100_000,
                inputmode: "numeric",
            }),
            field({
                name: "guestsAllowed",
                label: t("plan.guests"),
                hint: t("plan.guestsHint"),
                type: "number",
                value: plan.guestsAllowed,
                required: true,
                min: 0,
                max: 20,
                inputmode: "numeric",
            }),
        ),
        field({
            name: "waitlist",
            label: t("plan.waitlist"),
            hint: t("plan.waitlistHint"),
            type: "checkbox",
            value: plan.waitlist,
        }),
    ),
    !repeating && windowFields(plan),
    part(
        { title: t("plan.who") },
        choice({
            name: "visibility",
            legend: t("plan.visibility"),
            value: plan.visibility,
            options: [
                { value: "group", label: t("plan.visibility.group"), hint: t("plan.visibility.groupHint") },
                {
                    value: "public",
                    label: t("plan.visibility.public"),
                    hint: t(`plan.visibility.${group.visibility}Hint`),
                },
            ],
        }),
    ),
];

const dayFields = ({ startsOn, endsOn, startsLocal }, repeating) =>
    h(
        "div",
        { class: "fields", data: { days: "true" } },
        [
            ["startsOn", repeating ? "plan.firstDay" : "plan.startsOn", startsOn],
            ["endsOn", repeating ? "plan.firstEndsOn" : "plan.endsOn", endsOn],
        ].map(([name, label, value]) =>
            field({
                name,
                label: t(label),
                type: "date",
                value: value ?? startsLocal.slice(0, 10),
                required: true,
                min: "2000-01-01",
                max: "2100-12-31",
            }),
        ),
    );

function timeFields({ allDay, startsLocal, durationMinutes }, repeating) {
    const start = allDay ? `${startsLocal.slice(0, 10)}${USUAL_TIME}` : withoutSeconds(startsLocal);
    return h(
        "div",
        { class: "fields", data: { days: "false" } },
        field({
            name: "startsLocal",
            label: t(repeating ? "plan.firstStart" : "plan.starts"),
            type: "datetime-local",
            value: start,
            step: start.length > 16 ? "any" : null,
            required: true,
            min: "2000-01-01T00:00",
            max: "2100-12-31T23:59",
        }),
        durationFields(allDay ? USUAL_MINUTES : durationMinutes),
    );
}

const windowFields = (plan) =>
    part(
        { title: t("plan.window"), hint: t("plan.windowHint"), data: { part: "window" } },
        h(
            "div",
            { class: "fields" },
            ["signupOpensAt", "signupClosesAt"].map((name) =>
                field({
                    name,
                    label: t(`plan.${name}`),
                    type: "datetime-local",
                    value: plan[name]?.slice(0, 16),
                }),
            ),
        ),
    );

const durationFields = (minutes) =>
    h(
        "div",
        { class: "pair" },
        field({
            name: "hours",
            label: t("plan.hours"),
            type: "number",
            value: Math.floor(minutes / 60),
            required: true,
            min: 0,
            max: 336,
            inputmode: "numeric",
        }),
        field({
            name: "durationMinutes",
            label: t("plan.minutes"),
            type: "number",
            value: minutes % 60,
            required: true,
            min: 0,
            max: 59,
            inputmode: "numeric",
        }),
    );

/** Shows start and end while the person types, and warns of a gap in local time. */
export function sayTimes(form) {
    const place = form.querySelector(".times");
    const { allDay, startsOn, endsOn, startsLocal } = form.elements;
    const say = () => {
        for (const fields of form.querySelectorAll("[data-days]")) {
            // What is hidden is not checked.
            fields.hidden = fields.dataset.days !== String(allDay.checked);
            fields.querySelectorAll("input").forEach((input) => (input.disabled = fields.hidden));
        }
        replace(place, timesIn(values(form)));
    };
    // The day that was typed is that of the other fields too.
    allDay.addEventListener("input", () => {
        if (allDay.checked) {
            startsOn.value = startsLocal.value.slice(0, 10);
            endsOn.value = startsOn.value;
        } else if (startsOn.value !== "") {
            startsLocal.value = startsOn.value + (startsLocal.value.slice(10) || USUAL_TIME);
        }
    });
    startsOn.addEventListener("input", () => {
        if (endsOn.value < startsOn.value) {
            endsOn.value = startsOn.value;
        }
    });
    form.addEventListener("input", say);
    say();
    return form;
}

function timesIn(typed) {
    const start = instantOf(startIn(typed), typed.zone);
    const past = start !== null && start < Date.now() && h("strong", null, t("plan.past"));
    if (typed.allDay) {
        return start === null || typed.endsOn < typed.startsOn
            ? []
            : [h("span", null, daysOf(typed, "day")), past];
    }
    const end = new Date(+start + minutesOf(typed) * MINUTE_MILLIS);
    if (start === null || !(end > start)) {
        return [];
    }
    return [
        h(
            "span",
            null,
            span(start, end, "moment", typed.zone),
            typed.zone !== here() && ` (${zoneNote(typed.zone, start)})`,
        ),
        isSkipped(typed.startsLocal, typed.zone) &&
            h("strong", null, skippedWords(typed.startsLocal, typed.zone, start)),
        past,
    ];
}
