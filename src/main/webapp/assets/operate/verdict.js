/** The verdict: state, cause, since when, and what to do. */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { announce } from "../ui/toasts.js";
import { advice, byUser, cost, duration, moment, say, sentence, what } from "./descriptions.js";

const IMAGES = { well: "check", degraded: "alert", down: "alert", lost: "alert" };
const MANY = 3;

export function verdict(clock) {
    const image = h("span", { class: "verdict-image" });
    const word = h("span", { class: "verdict-word" });
    const said = h("p", { class: "verdict-sentence" });
    const since = h("p", { class: "muted small numbers" });
    const reason = h("p", { class: "verdict-reason small" });
    const todo = h("p", { class: "verdict-advice" });
    const users = h("p", { class: "small" });
    const last = h("p", { class: "verdict-last small" });
    const element = h(
        "section",
        { class: "verdict", "aria-label": t("operate.verdict") },
        h("div", { class: "verdict-head" }, image, h("div", null, word, said)),
        reason,
        users,
        todo,
        since,
        last,
    );
    let status;
    let lost = false;
    let told;

    const tick = () => {
        const { level } = status.verdict;
        const begun = lost ? status.at : status.verdict.since;
        say(
            since,
            t(lost ? "operate.lastUpdate" : "operate.since", {
                time: moment(begun),
                duration: duration((clock.now() - Date.parse(begun)) / 1000),
            }),
        );
        say(last, lost || level !== "well" ? "" : lastOf(status.incidents, clock.now()));
    };
    const draw = () => {
        const level = lost ? "lost" : status.verdict.level;
        if (element.dataset.level !== level) {
            element.dataset.level = level;
            replace(image, icon(IMAGES[level]));
        }
        say(word, t(`level.${level}`));
        say(said, lost ? t("verdict.lost") : sentence(status));
        const { sqlState, reason: why } = status.verdict;
        say(
            reason,
            lost || level === "well" || status.verdict.cause === "pool-exhausted"
                ? ""
                : [sqlState && `SQLSTATE ${sqlState}`, why].filter(Boolean).join(": "),
        );
        say(todo, lost ? t("advice.lost") : advice(status));
        say(users, lost || status.verdict.cause !== "pool-exhausted" ? "" : busiest(status.inUse));
        tick();
        const news = lost ? "lost" : `${level} ${status.verdict.cause} ${sqlState}`;
        if (told !== undefined && news !== told) {
            announce(`${word.textContent}. ${said.textContent}`);
        }
        told = news;
    };
    return {
        element,
        show(next) {
            status = next;
            lost = false;
            draw();
        },
        lose() {
            lost = true;
            draw();
        },
        tick,
    };
}

/** Who has most of the connections. */
function busiest(inUse) {
    const users = byUser(inUse)
        .sort((one, other) => other.count - one.count)
        .slice(0, MANY)
        .map(({ by, count, seconds }) => t("operate.user", { by, count, duration: duration(seconds) }));
    return users.length > 0 ? t("operate.users", { users: users.join(", ") }) : "";
}

function lastOf(incidents, now) {
    const ended = incidents.find((incident) => incident.ended && incident.cause !== "starting");
    return ended
        ? t("operate.lastIncident", {
              what: what(ended),
              ago: duration((now - Date.parse(ended.ended)) / 1000),
              duration: duration(ended.seconds),
              cost: cost(ended),
          })
        : t("operate.noIncident");
}
