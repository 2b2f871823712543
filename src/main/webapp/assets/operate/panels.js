/** The circuit breaker, the replicas, the credentials and the health checks. */

import { h, replace } from "../dom.js";
import { number, t } from "../i18n.js";
import { badge } from "../ui/badge.js";
import { section } from "../ui/page.js";
import { duration, moment, say, source } from "./descriptions.js";

/** Names and values; `rows` of `[label, value]`, those without a value are left out. */
function facts() {
    const element = h("dl", { class: "pairs" });
    const cells = new Map();
    return {
        element,
        show(rows) {
            const present = rows.filter(([, value]) => value);
            const labels = new Set(present.map(([label]) => label));
            for (const [label, { pair }] of cells) {
                if (!labels.has(label)) {
                    pair.remove();
                    cells.delete(label);
                }
            }
            for (const [label, value] of present) {
                if (!cells.has(label)) {
                    const text = h("dd", { class: "numbers" });
                    cells.set(label, { pair: h("div", null, h("dt", null, label), text), text });
                }
                const { pair, text } = cells.get(label);
                element.append(pair);
                say(text, value);
            }
        },
    };
}

function panel(title, ...children) {
    const mark = h("span");
    const element = section({ title, class: "card", actions: [mark] }, ...children);
    let marked = "";
    return {
        element,
        mark(text, kind) {
            if (marked !== text + kind) {
                marked = text + kind;
                replace(mark, badge(text, kind));
            }
        },
    };
}

/** A part that shows the ages of things, and so is drawn anew also while nothing comes. */
function ticking(element, draw) {
    let status;
    return {
        element,
        tick: () => draw(status),
        show(next) {
            status = next;
            draw(status);
        },
    };
}

export function breaker(clock) {
    const rows = facts();
    const { element, mark } = panel(
        t("breaker.title"),
        h("p", { class: "muted small" }, t("breaker.hint")),
        rows.element,
    );
    return ticking(element, (status) => {
        const { state, sqlState, reason, since, tried, lastHeard } = status.breaker;
        const age = (at) => at && t("operate.ago", { duration: duration((clock.now() - Date.parse(at)) / 1000) });
        mark(t(`breaker.${state}`), state === "closed" ? "good" : "bad");
        rows.show([
            [t("breaker.reason"), [sqlState, reason].filter(Boolean).join(": ")],
            [t("breaker.since"), since && `${moment(since)} (${age(since)})`],
            // Else it is asked all the time whether anybody is there.
            [t("breaker.tried"), sqlState?.startsWith("28") && age(tried)],
            [t("breaker.lastHeard"), age(lastHeard)],
        ]);
    });
}

export function replicas() {
    const rows = facts();
    const { element, mark } = panel(t("replicas.title"), rows.element);
    element.hidden = true;
    return {
        element,
        show({ replicas: now }) {
            element.hidden = !now;
            if (!now) {
                return;
            }
            const open = now.pool.active + now.pool.idle;
            mark(t(open > 0 ? "replicas.serving" : "replicas.unused"), open > 0 ? "good" : "warn");
            rows.show([
                [t("replicas.connections"), t("replicas.of", { active: now.pool.active, open, max: now.pool.max })],
                ...now.servers.map(({ server, seconds }) => [server, t("replicas.behind", { duration: duration(seconds) })]),
                [t("replicas.reads"), number(now.reads)],
                [t("replicas.left"), number(now.behind)],
                [t("replicas.stale"), number(now.stale)],
                [t("breaker.reason"), now.reason],
            ]);
        },
    };
}

export function credentials(clock) {
    const rows = facts();
    const { element, mark } = panel(t("credentials.title"), rows.element);
    return ticking(element, (status) => {
        const now = status.credentials;
        const { user, stage, nextRefresh, changed, lastFailure, failing, refused: rejected } = now;
        const elapsed = (clock.now() - Date.parse(status.at)) / 1000;
        mark(t(failing ? "credentials.failing" : "credentials.fine"), failing ? "warn" : "good");
        rows.show([
            [t("credentials.user"), user],
            [t("credentials.source"), source(now)],
            [t("credentials.stage"), stage],
            [
                t("credentials.age"),
                now.age === undefined ? undefined : t("operate.ago", { duration: duration(now.age + elapsed) }),
            ],
            [t("credentials.nextRefresh"), nextRefresh && within((Date.parse(nextRefresh) - clock.now()) / 1000)],
            [t("credentials.changed"), changed ? moment(changed) : t("credentials.unchanged")],
            [t("credentials.rejected"), number(rejected)],
            [t("credentials.lastFailure"), lastFailure && `${moment(lastFailure.at)}: ${lastFailure.reason}`],
        ]);
    });
}

const within = (seconds) =>
    seconds > 0 ? t("operate.in", { duration: duration(Math.ceil(seconds)) }) : t("operate.due");

export function checks() {
    const items = h("ul", { class: "checks" });
    const { element, mark } = panel(t("checks.title"), items);
    let drawn = "";
    return {
        element,
        show({ checks: all }) {
            const key = JSON.stringify(all);
            if (key === drawn) {
                return;
            }
            drawn = key;
            const down = all.filter(({ status }) => status !== "UP").length;
            mark(down === 0 ? t("checks.up") : t("checks.down", { count: down }), down === 0 ? "good" : "bad");
            replace(
                items,
                all.map(({ name, status }) =>
                    h(
                        "li",
                        null,
                        h("span", null, t(`check.${name}`)),
                        badge(status === "UP" ? t("check.UP") : t("check.DOWN"), status === "UP" ? "good" : "bad"),
                    ),
                ),
            );
        },
    };
}
