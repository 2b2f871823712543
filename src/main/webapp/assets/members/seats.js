/** Live seats of an activity. */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";

/** A card: `show` takes the availability, `live` the state of the stream. */
export function seatsCard() {
    const dot = h("span", { class: "live", hidden: true });
    const shown = h("div", { class: "seats" });
    return {
        element: h("div", { class: "seats-card" }, shown, dot),
        live(now) {
            dot.hidden = now === "none";
            dot.classList.toggle("waiting", now !== "live");
            dot.textContent = t(now === "live" ? "seats.live" : "seats.reconnecting");
        },
        show({ capacity, seatsTaken, seatsFree, waiting }) {
            replace(
                shown,
                h(
                    "p",
                    { class: "seats-number" },
                    capacity === null
                        ? t("seats.taken", { count: seatsTaken })
                        : seatsFree === 0 || waiting > 0
                          ? t("seats.full")
                          : t("seats.free", { count: seatsFree }),
                ),
                capacity !== null &&
                    h("meter", {
                        min: 0,
                        max: capacity,
                        value: seatsTaken,
                        "aria-label": t("seats.meter"),
                    }),
                h(
                    "p",
                    { class: "muted small" },
                    [
                        capacity !== null && t("seats.of", { taken: seatsTaken, capacity }),
                        waiting > 0 && t("seats.waiting", { count: waiting }),
                    ]
                        .filter(Boolean)
                        .join(" · "),
                ),
                waiting > 0 && seatsFree > 0 && h("p", { class: "strong small" }, t("seats.held", { count: seatsFree })),
            );
        },
    };
}
