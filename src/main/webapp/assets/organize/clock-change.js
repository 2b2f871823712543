/** A start time that does not exist because the clocks go forward. */

import { h } from "../dom.js";
import { t, when } from "../i18n.js";
import { button } from "../ui/buttons.js";
import { dialog } from "../ui/dialogs.js";
import { skippedWords } from "./clock.js";

/**
 * Asks the person to accept the shifted start of an activity.
 *
 * @param {Object} activity with `adjusted` true
 * @returns {Promise<boolean>} whether they accept it; otherwise, they choose another time
 */
export async function confirmShiftedTime(activity) {
    const answer = await dialog(t("adjusted.title"), (close) => [
        h("p", null, skippedWords(activity.startsLocal, activity.zone, activity.startsAt)),
        h(
            "div",
            { class: "form-actions" },
            button(t("adjusted.keep", { time: when(activity.startsAt, "time", activity.zone) }), {
                kind: "primary",
                onclick: () => close(true),
            }),
            button(t("adjusted.change"), { onclick: () => close(false) }),
        ),
    ]);
    return answer === true;
}
