/** The field for the password that the account has, which a thief of the session does not know. */

import { t } from "../i18n.js";
import { field } from "../ui/forms.js";

export const currentPasswordField = () =>
    field({
        name: "currentPassword",
        label: t("me.currentPassword"),
        type: "password",
        required: true,
        autocomplete: "current-password",
    });
