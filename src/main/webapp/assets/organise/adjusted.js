/** What to say when the clocks skip the time that was wished. */

import { h } from "../dom.js";
import { t, when } from "../i18n.js";
import { button } from "../ui/buttons.js";
import { dialog } from "../ui/dialogs.js";
import { skippedWords } from "./clock.js";

/**
 * Says at which time an activity is instead.
 *
 * @param {Object} activity `adjusted`, as the API gave it
 * @returns {Promise<boolean>} false if the person would rather choose another time
 */
export async function tellSkipped(activity) {
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
    return answer !== false;
}
