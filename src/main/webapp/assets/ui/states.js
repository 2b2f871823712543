/** The states of a part of a view: empty, loading, failed. */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { icon } from "../icons.js";
import { explain, logUnexpected } from "../problems.js";
import { button } from "./buttons.js";

/** An empty state, with an optional next step. */
export const empty = ({ title, text, action: next, image = "calendar" }) =>
    h(
        "div",
        { class: "empty" },
        h("span", { class: "empty-image" }, icon(image)),
        h("p", { class: "empty-title" }, title),
        text && h("p", { class: "muted" }, text),
        next,
    );

export const loading = () => h("div", { class: "loading" }, spinner(), h("span", null, t("app.loading")));

export const spinner = () => h("span", { class: "spinner", "aria-hidden": "true" });

/** A failure in place of the content; `again` retries. */
export const failed = (failure, again) =>
    h(
        "div",
        { class: "failed", role: "alert" },
        icon("alert"),
        h(
            "div",
            null,
            h("p", null, explain(failure)),
            failure.requestId && h("p", { class: "muted small" }, h("code", null, failure.requestId)),
            again && button(t("app.tryAgain"), { onclick: again }),
        ),
    );

const filling = new WeakMap();

/** Resolves when what loads in an element is there. */
export const filled = (element) =>
    Promise.all([...element.querySelectorAll(".later")].map((place) => filling.get(place)));

/** Content that loads; a failure is shown in its place. */
export function later(make) {
    const place = h("div", { class: "later" }, loading());
    const fill = async () => {
        replace(place, loading());
        try {
            replace(place, await make());
        } catch (failure) {
            if (failure.name !== "AbortError") {
                logUnexpected(failure);
                replace(place, failed(failure, fill));
            }
        }
    };
    filling.set(place, fill());
    return place;
}
