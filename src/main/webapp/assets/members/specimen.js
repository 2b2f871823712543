/** The thing itself, on the welcome page: an activity that is full, and its waiting list. Nothing of it is real. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { badge } from "../ui/badge.js";
import { face } from "../ui/initial.js";

const CAPACITY = 12;
/** Ids that give each person a colour. */
const PEOPLE = ["Ann", "Bilal", "Chloé", "Devi", "Emil", "Grace", "Hana", "Ivo"].map((displayName, index) => ({
    userId: `00000${index}`,
    displayName,
}));

export const specimen = () =>
    h(
        "figure",
        { class: "specimen" },
        h("figcaption", { class: "unseen" }, t("specimen.caption")),
        h(
            "div",
            { class: "card", "aria-hidden": "true" },
            h(
                "div",
                { class: "specimen-head colour-5" },
                h("p", { class: "specimen-title" }, t("specimen.title")),
                h("p", null, icon("clock"), t("specimen.when")),
                h("p", null, icon("pin"), t("specimen.where")),
            ),
            h(
                "div",
                { class: "seats" },
                h("p", { class: "seats-number" }, t("seats.full")),
                h("div", { class: "specimen-meter" }),
                h(
                    "p",
                    { class: "muted small" },
                    `${t("seats.of", { taken: CAPACITY, capacity: CAPACITY })} · ${t("seats.waiting", { count: 3 })}`,
                ),
            ),
            h(
                "div",
                { class: "own waiting" },
                icon("clock"),
                h("p", { class: "strong" }, t("place.waiting", { position: 1 })),
            ),
            h(
                "div",
                { class: "specimen-people" },
                PEOPLE.map(face),
                badge(t("people.guests", { count: CAPACITY - PEOPLE.length })),
            ),
        ),
    );
