/** The state of the database connections: a verdict, and the data behind it. */

import { to } from "../address.js";
import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { page } from "../ui/page.js";
import { empty, failed, loading } from "../ui/states.js";
import { style } from "../ui/style.js";
import { figures } from "./figures.js";
import { history } from "./history.js";
import { incidents, longUses, slowStatements } from "./lists.js";
import { breaker, checks, credentials, replicas } from "./panels.js";
import { followStatus } from "./status-stream.js";
import { verdict } from "./verdict.js";

const TICK_MILLIS = 500;

export async function view({ signal }) {
    await Promise.all([
        style(new URL("operate.css", import.meta.url)),
        style(new URL("../webjars/uplot/dist/uPlot.min.css", import.meta.url)),
    ]);
    const clock = { ahead: 0, now: () => Date.now() + clock.ahead };
    const state = h("p", { class: "live-state" });
    const first = verdict(clock);
    const tiles = figures();
    const drawn = history(signal);
    const panels = [breaker(clock), replicas(), credentials(clock), checks()];
    const troubles = incidents();
    const statements = [longUses(), slowStatements()];
    const parts = [first, tiles, drawn, ...panels, troubles, ...statements];
    const elements = (list) => list.map(({ element }) => element);
    const content = h(
        "div",
        { class: "operate" },
        tiles.element,
        drawn.element,
        h("div", { class: "panels" }, elements(panels)),
        h("div", { class: "lists" }, troubles.element, h("div", null, elements(statements))),
    );
    const place = h("div", { class: "operate" }, loading());
    let status = null;

    followStatus({
        signal,
        onstatus(next) {
            clock.ahead = Date.parse(next.at) - Date.now();
            if (status === null) {
                replace(place, first.element, content);
            }
            status = next;
            parts.forEach((part) => part.show(next));
        },
        onstate(now, failure) {
            replace(state, badge(t(`operate.${now}`), now === "live" ? "good" : "bad"));
            content.classList.toggle("past", now !== "live");
            if (now === "refused") {
                status = null;
                replace(place, refused(failure));
            } else if (now === "lost" && status !== null) {
                first.lose();
            }
        },
    });
    const ticking = setInterval(() => status && parts.forEach((part) => part.tick?.()), TICK_MILLIS);
    signal.addEventListener("abort", () => clearInterval(ticking));
    const accounts = button(t("accounts.title"), { icon: "person", href: to("operate", "accounts") });
    return page({ title: t("operate.title"), actions: [state, accounts] }, place);
}

function refused(failure) {
    if (failure.status === 403) {
        return empty({ image: "lock", title: t("operate.forbidden.title"), text: t("operate.forbidden.text") });
    }
    if (failure.type === "unavailable") {
        const text = [t("operate.unverified.text"), failure.problem.reason].filter(Boolean).join(" ");
        return empty({ image: "alert", title: t("operate.unverified.title"), text });
    }
    return failed(failure);
}
