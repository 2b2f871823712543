/** Current metrics, and those of the last minute. */

import { h } from "../dom.js";
import { number, t } from "../i18n.js";
import { duration, say } from "./descriptions.js";

export function figures() {
    const use = tile(t("figure.inUse"));
    const bar = h("div", { class: "pool-bar", "aria-hidden": "true" });
    use.element.append(bar);
    const waiting = tile(t("figure.waiting"));
    const acquire = tile(t("figure.acquire"));
    const used = tile(t("figure.use"));
    const refused = tile(t("figure.refused"));
    const element = h(
        "dl",
        { class: "tiles", "aria-label": t("figure.all") },
        [use, waiting, acquire, used, refused].map((one) => one.element),
    );
    return {
        element,
        show({ pool, acquire: waits, use: uses, history }) {
            const rejected = history.refused.reduce((sum, count) => sum + count, 0);
            use.say(
                t("figure.of", { count: pool.active, max: pool.max }),
                t("figure.open", { idle: pool.idle, opening: pool.opening }),
            );
            fill(bar, pool);
            waiting.say(number(pool.waiting), t("figure.waitingHint"), pool.waiting > 0 && pool.active >= pool.max);
            acquire.say(...spread(waits));
            used.say(...spread(uses));
            refused.say(number(rejected), t("figure.refusedHint"), rejected > 0);
        },
    };
}

const spread = ({ lastMinute: { count, p50, p99, max } }) =>
    count === 0
        ? ["–", t("figure.none")]
        : [duration(p99), t("figure.distribution", { median: duration(p50), slowest: duration(max) })];

function tile(label) {
    const value = h("span", { class: "tile-value numbers" });
    const hint = h("span", { class: "muted small numbers" });
    const element = h("div", { class: "tile card" }, h("dt", null, label), h("dd", null, value, hint));
    return {
        element,
        say(text, more, warn = false) {
            say(value, text);
            say(hint, more);
            element.classList.toggle("warn", warn);
        },
    };
}

/** A place for each connection that there may be; above so many, of each kind its share. */
function fill(bar, { active, idle, opening, max }) {
    const kinds = [
        ["active", active],
        ["opening", opening],
        ["idle", idle],
        ["free", Math.max(0, max - active - idle - opening)],
    ];
    kinds.forEach(([name, count], i) => {
        const part = bar.children[i] ?? bar.appendChild(h("span", { class: name }));
        part.style.flexGrow = count;
        part.hidden = count === 0;
    });
}
