/** The field for a code of the second factor: the authenticator's, or a recovery code. */

import { h, replace } from "../dom.js";
import { t } from "../i18n.js";
import { button } from "../ui/buttons.js";
import { field } from "../ui/forms.js";

const MOST = 64;

/** A field that only takes the authenticator's code. */
export const authenticatorField = () =>
    field({
        name: "code",
        label: t("code.label"),
        hint: t("code.hint"),
        required: true,
        maxlength: MOST,
        autocomplete: "one-time-code",
        inputmode: "numeric",
    });

/** A field with a button for somebody who has no authenticator at hand. */
export function codeField() {
    const place = h("div", { class: "code-choice" });
    const draw = (recovery) =>
        replace(
            place,
            recovery ? recoveryField() : authenticatorField(),
            button(t(recovery ? "code.useAuthenticator" : "code.useRecovery"), {
                kind: "quiet",
                class: "small",
                onclick() {
                    draw(!recovery);
                    place.querySelector("input").focus();
                },
            }),
        );
    return draw(false);
}

/** The second step of a form that needs a code after all: what was typed stays. */
export function askForCode(made) {
    made.querySelector(".form-problem").before(codeField());
    made.elements.code.focus();
}

const recoveryField = () =>
    field({
        name: "code",
        label: t("code.recovery"),
        hint: t("code.recoveryHint"),
        required: true,
        maxlength: MOST,
        autocomplete: "off",
        autocapitalize: "characters",
        spellcheck: "false",
    });
