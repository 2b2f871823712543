/** Describes failures for people. */

import { has, t } from "./i18n.js";

/** What went wrong, and what to do. */
export function explain(failure) {
    // Of a limit, what helps.
    const key = [`problem.limit.${failure.problem?.limit}`, `problem.${failure.type}`].find(has);
    if (key) {
        return t(key, { ...failure.problem, count: failure.problem?.groups?.length });
    }
    return failure.detail || t("problem.unknown");
}

/** Whether somebody may not see something, or there is no such thing: which one is not always told. */
export const mayNotSee = ({ status }) => status === 403 || status === 404;

/** Logs an error that is not a response of the server: a bug of the page. */
export function logUnexpected(failure) {
    if (failure.name !== "Failure") {
        console.error(failure);
    }
}

/** The last part of each `problem.field.*` key, with the server's text. */
const FIELDS = [
    ["required", /^is required$/],
    ["length", /^must have from (?<least>\d+) to (?<most>\d+) characters$/],
    ["longest", /^must have at most (?<most>\d+) characters$/],
    ["email", /^must be an e-mail address/],
    ["number", /^must be a whole number from (?<least>-?\d+) to (?<most>\d+)$/],
    ["zone", /^must be an IANA time zone/],
    ["control", /^must not have control characters$/],
    ["visible", /^must have characters that can be seen$/],
    ["address", /^must be an address such as/],
    ["password", /^is not the current password$/],
    ["code", /^is wrong, has expired, or was used before$/],
    ["common", /^is one of the commonest passwords/],
    ["context", /^must have (?<least>\d+) characters beside your name/],
    ["breached", /^is known from a data breach/],
    ["guests", /^must be at most (?<most>\d+) here$/],
    ["skipped", /^is skipped by the clocks of/],
    ["closes", /^must be after signupOpensAt$/],
    ["slug", /^must be words of a-z and 0-9/],
    ["reserved", /^is reserved/],
    ["expires", /^must be in the (next|future)/],
    ["ruleDay", /^must be on a day that the rule has$/],
];

/** What is wrong with a field; an unknown detail is shown in the server's words. */
export function explainField(detail) {
    for (const [key, pattern] of FIELDS) {
        const found = pattern.exec(detail);
        if (found) {
            return t(`problem.field.${key}`, { ...found.groups });
        }
    }
    return `${detail[0].toUpperCase()}${detail.slice(1)}.`;
}
