/** The second factor of the account: turning it on and off, and new recovery codes. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t, when } from "../i18n.js";
import { reload } from "../navigation.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { dialog } from "../ui/dialogs.js";
import { form } from "../ui/forms.js";
import { later } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { codeField } from "./code-field.js";
import { currentPasswordField } from "./current-password.js";
import { focusPart, part } from "./me-part.js";
import { waysToSignIn } from "./me-password.js";
import { PATH, setUp, showRecoveryCodes, unsavedCodes } from "./second-factor.js";

const FEW = 3;

/** @param {() => void} changed called when it may have been turned on or off */
export function secondFactor(signal, changed) {
    const place = h("div", { class: "part-body" });
    const draw = async () => {
        const [{ enabledAt, recoveryCodes, required }, { hasPassword }] = await Promise.all([
            api.get(PATH, { signal }),
            waysToSignIn(signal),
        ]);
        const now = () => (enabledAt ? on(enabledAt, recoveryCodes, required, place, redraw) : off(hasPassword, redraw));
        return replace(place, unsavedCodes(redraw) ?? now());
    };
    const redraw = async () => {
        await draw();
        focusPart(place);
        changed();
    };
    return part("secondFactor", t("me.secondFactorLead"), later(draw));
}

const off = (hasPassword, redraw) =>
    hasPassword ? setUp(redraw) : h("p", { class: "muted" }, t("secondFactor.noPassword"));

const on = (enabledAt, left, required, place, redraw) => [
    h("p", null, t("secondFactor.since", { date: when(enabledAt, "date") })),
    h("p", { class: left < FEW ? "note warn" : "muted" }, t("secondFactor.left", { count: left })),
    h(
        "div",
        { class: "actions" },
        action(t("secondFactor.renew"), () => renew(place, redraw), { icon: "key" }),
        action(t("secondFactor.turnOff"), () => turnOff(required, redraw), { class: "danger-quiet" }),
    ),
];

async function renew(place, redraw) {
    const made = await dialog(t("secondFactor.renew"), (close) => [
        h("p", null, t("secondFactor.renewText")),
        proof(t("secondFactor.renew"), "primary", async (given) =>
            close(await api.post(`${PATH}/recovery-codes`, given)),
        ),
    ]);
    if (made) {
        showRecoveryCodes(place, made.recoveryCodes, redraw);
    }
}

async function turnOff(required, redraw) {
    const ended = await dialog(t("secondFactor.turnOffSure"), (close) => [
        h("p", null, t(required ? "secondFactor.turnOffRequired" : "secondFactor.turnOffText")),
        proof(t("secondFactor.turnOff"), "danger", async (given) => {
            await api.post(`${PATH}/disable`, given);
            close(true);
        }),
    ]);
    if (ended) {
        await session.load();
        await (session.user?.secondFactorRequired ? reload() : redraw());
        toast(t("secondFactor.off"));
    }
}

const proof = (submit, kind, onsubmit) => form({ fields: [currentPasswordField(), codeField()], submit, kind, onsubmit });
