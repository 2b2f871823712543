/** What a series has beside the plan of its occurrences and its rule. */

import { t } from "../i18n.js";
import { field } from "../ui/forms.js";
import { part } from "./fields.js";
import { planIn, planOf, planWords, startIn } from "./plan.js";
import { ruleOf } from "./repetition.js";
import { ruleWords } from "./rule.js";

export const publishFields = (value) =>
    part(
        { title: t("newActivity.then") },
        field({ name: "publish", label: t("series.publish"), hint: t("series.publishHint"), type: "checkbox", value }),
    );

/** The series that was typed, as the API takes it. */
export const seriesOf = (typed) => ({
    ...planOf(typed, { repeating: true }),
    rule: ruleOf(typed),
    publish: typed.publish,
});

/** A series of the API, as `seriesOf` writes it. */
export const seriesIn = (series) => ({ ...planIn(series), rule: series.rule, publish: series.publish });

/** How each part of a series is called and said. */
export const seriesWords = {
    ...planWords,
    startsLocal: { ...planWords.startsLocal, label: "plan.firstStart" },
    rule: { label: "rule.title", say: (rule, series) => ruleWords(rule, startIn(series)) },
    publish: { label: "series.publish", say: (value) => t(value ? "plan.yes" : "plan.no") },
};
