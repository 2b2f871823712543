/**
 * What organisers find on a group's and an activity's page, beside the heading. The members' views load this for
 * organisers and owners only.
 */

import { add, t } from "../i18n.js";
import { to } from "../routes.js";
import { button } from "../ui.js";
import { messages } from "./messages.js";

add(messages);

/**
 * @param {Object} options `group`; `role`: "organizer" or "owner"; `reload` shows the view anew
 * @returns {Node[]}
 */
export const groupTools = ({ group }) => [
    group.state === "active" &&
        button(t("tools.newActivity"), { kind: "primary", icon: "plus", href: to("groups", group.id, "activities", "new") }),
];

/**
 * @param {Object} options `group`, `activity`; `role`: "organizer" or "owner"; `reload` shows the view anew
 * @returns {Node[]}
 */
export const activityTools = ({ activity }) => [
    activity.state !== "cancelled" &&
        button(t("tools.edit"), {
            icon: "edit",
            href: to("groups", activity.groupId, "activities", activity.id, "edit"),
        }),
];
