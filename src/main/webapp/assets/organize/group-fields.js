/** The settings of a group: as form fields, and in words. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { field, values } from "../ui/forms.js";
import { zoneField } from "../ui/zone-field.js";
import { choice, part } from "./fields.js";

/** @param {Object} group as the API has it */
export const groupFields = (group) => [
    part(
        { title: t("setting.about") },
        field({ name: "name", label: t("setting.name"), value: group.name, required: true, maxlength: 100 }),
        field({
            name: "description",
            label: t("setting.description"),
            type: "textarea",
            value: group.description,
            maxlength: 5000,
        }),
        field({
            name: "slug",
            label: t("setting.slug"),
            hint: t(group.slug ? "setting.slugHint" : "setting.newSlugHint"),
            value: group.slug,
            maxlength: 60,
            pattern: "[a-z0-9]+(-[a-z0-9]+)*",
            autocapitalize: "none",
            spellcheck: "false",
        }),
        zoneField({ name: "zone", label: t("setting.zone"), hint: t("setting.zoneHint"), value: group.zone }),
    ),
    part(
        { title: t("setting.access") },
        choice({
            name: "visibility",
            legend: t("setting.visibility"),
            value: group.visibility,
            options: ["public", "private"].map((value) => ({
                value,
                label: t(`setting.visibility.${value}`),
                hint: t(`setting.visibility.${value}Hint`),
            })),
        }),
        choice({
            name: "joinPolicy",
            legend: t("setting.joinPolicy"),
            value: group.joinPolicy,
            options: ["open", "request", "invite"].map((value) => ({
                value,
                label: t(`setting.joinPolicy.${value}`),
                hint: t(`setting.joinPolicy.${value}Hint`),
            })),
        }),
        h("p", { class: "note access-words", "aria-live": "polite" }),
    ),
];

/**
 * Says what visibility and joining mean together. Until a way of joining is chosen, it is one that the visibility allows: nobody can ask to
 * join a group that they cannot find.
 */
export function sayAccess(form) {
    const place = form.querySelector(".access-words");
    let chosen = false;
    const say = ({ target } = {}) => {
        chosen ||= target?.name === "joinPolicy";
        if (target?.name === "visibility" && !chosen) {
            const fitting = values(form).visibility === "public" ? "request" : "invite";
            form.elements.namedItem("joinPolicy").value = fitting;
        }
        const { visibility, joinPolicy } = values(form);
        place.textContent = t(`setting.together.${visibility}.${joinPolicy}`);
        place.classList.toggle("warn", visibility === "private" && joinPolicy !== "invite");
    };
    form.addEventListener("input", say);
    say();
}

const NAMES = ["name", "slug", "description", "zone", "joinPolicy", "visibility"];

/** The settings in the input of a form, or in a group of the API. */
export const settingsIn = (whole) => Object.fromEntries(NAMES.map((name) => [name, whole[name]]));

/** Label and format of each setting. */
export const settingsWords = {
    name: { label: "setting.name", say: (text) => text },
    description: { label: "setting.description", say: (text) => text || t("plan.none") },
    slug: { label: "setting.slug", say: (text) => text },
    zone: { label: "setting.zone", say: (zone) => zone },
    visibility: { label: "setting.visibility", say: (value) => t(`setting.visibility.${value}`) },
    joinPolicy: { label: "setting.joinPolicy", say: (value) => t(`setting.joinPolicy.${value}`) },
};
