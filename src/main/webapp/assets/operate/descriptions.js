/** Verdicts, incidents, durations and times in words. */

import { has, locale, number, t } from "../i18n.js";

/** Kinds of outages, by how their SQLSTATE begins; the first that fits. */
const KINDS = [
    ["28", "login"],
    ["53", "crowded"],
    ["57P03", "coming"],
    ["25006", "readOnly"],
    ["3D", "missing"],
    ["08", "unreachable"],
    ["57", "unreachable"],
];

const kind = ({ cause, sqlState = "" }) =>
    cause === "outage" ? `outage.${KINDS.find(([start]) => sqlState.startsWith(start))?.[1] ?? "other"}` : cause;

/** One sentence: the state, and what it means for requests. */
export function sentence({ verdict, ready, pool, incidents }) {
    const { level } = verdict;
    if (level === "well") {
        return t("verdict.well");
    }
    const alive = pool.active + pool.idle;
    if (verdict.cause === "outage") {
        const consequence = level === "degraded" ? "some" : ready ? "waiting" : "refused";
        return `${t(`verdict.${kind(verdict)}`)} ${t(`consequence.${consequence}`, { count: alive })}`;
    }
    if (verdict.cause === "connections-lost") {
        return t(`verdict.connections-lost.${incidents[0]?.ended ? "over" : "now"}`);
    }
    return t(`verdict.${verdict.cause}`, { max: pool.max, count: pool.waiting });
}

/** What to do; empty if nothing. */
export function advice({ verdict, database, credentials }) {
    const key = verdict.level === "well" ? "" : `advice.${kind(verdict)}`;
    return has(key) ? t(key, { database, user: credentials.user ?? "", source: source(credentials) }) : "";
}

/** What was wrong in an incident. */
export const what = (incident) => t(`incident.${kind(incident)}`);

/** What an incident has cost. */
export const cost = (incident) =>
    [
        incident.refused === 0 ? t("cost.none") : t("cost.refused", { count: incident.refused }),
        incident.lost > 0 && t("cost.lost", { count: incident.lost }),
        incident.reruns > 0 && t("cost.reruns", { count: incident.reruns }),
    ]
        .filter(Boolean)
        .join(", ");

/** Who has connections, how many, and for how long at most: the longest first. */
export const byUser = (inUse) =>
    Object.entries(Object.groupBy(inUse, ({ by }) => by || t("operate.unknown"))).map(([by, uses]) => ({
        by,
        count: uses.length,
        seconds: uses[0].seconds,
    }));

/** Where credentials come from. */
export const source = (credentials) =>
    credentials.source === "environment" ? t("credentials.environment") : credentials.source || t("operate.unknown");

/** Units by their symbols: what `Intl` makes of them is not short everywhere. */
const unit = (value, symbol, digits = 0) => `${number(value, { maximumFractionDigits: digits })}\u00a0${symbol}`;

/** A duration in seconds, as precisely as matters: `0.4 ms`, `12 ms`, `8.2 s`, `3 min 20 s`. */
export function duration(seconds) {
    if (seconds === undefined || seconds === null) {
        return "–";
    }
    if (seconds < 0.9995) {
        return unit(seconds * 1000, "ms", seconds < 0.01 ? 1 : 0);
    }
    if (seconds < 59.95) {
        return unit(seconds, "s", seconds < 9.95 ? 1 : 0);
    }
    const whole = Math.round(seconds);
    const parts = [
        [Math.floor(whole / 86_400), t("unit.day")],
        [Math.floor(whole / 3600) % 24, "h"],
        [Math.floor(whole / 60) % 60, "min"],
        [whole % 60, "s"],
    ];
    const first = parts.findIndex(([count]) => count > 0);
    return parts
        .slice(first, first + 2)
        .filter(([count]) => count > 0)
        .map(([count, symbol]) => unit(count, symbol))
        .join(" ");
}

/** A time of today with its seconds, of another day with its date. */
export function moment(instant) {
    const at = new Date(instant);
    const time = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
    const today = at.toDateString() === new Date().toDateString();
    return new Intl.DateTimeFormat(locale(), today ? time : { day: "numeric", month: "short", ...time }).format(at);
}

/** Sets a text only if it has changed, so that a selection is kept. */
export function say(element, text) {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}
