/** The second factor of the account: turning it on and off, and new recovery codes. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { t, when } from "../i18n.js";
import { reload } from "../navigation.js";
import { session } from "../session.js";
import { button } from "../ui/buttons.js";
import { dialog } from "../ui/dialogs.js";
import { form } from "../ui/forms.js";
import { later } from "../ui/states.js";
import { toast } from "../ui/toasts.js";
import { codeField } from "./code-field.js";
import { part } from "./me-part.js";
import { waysToSignIn } from "./me-password.js";
import { currentPassword, PATH, setUp, showRecoveryCodes } from "./second-factor.js";

const FEW = 3;

export function secondFactor(signal) {
    const place = h("div", { class: "part-body" });
    const draw = async () => {
        const [{ enabledAt, recoveryCodes, required }, { hasPassword }] = await Promise.all([
            api.get(PATH, { signal }),
            waysToSignIn(signal),
        ]);
        return replace(place, enabledAt ? on(enabledAt, recoveryCodes, required, place, draw) : off(hasPassword, draw));
    };
    return part("secondFactor", t("me.secondFactorLead"), later(draw));
}

const off = (hasPassword, draw) =>
    hasPassword
        ? setUp(async () => {
              await draw();
              toast(t("secondFactor.on"));
          })
        : h("p", { class: "muted" }, t("secondFactor.noPassword"));

const on = (enabledAt, left, required, place, draw) => [
    h("p", null, t("secondFactor.since", { date: when(enabledAt, "date") })),
    h("p", { class: left < FEW ? "note warn" : "muted" }, t("secondFactor.left", { count: left })),
    h(
        "div",
        { class: "actions" },
        button(t("secondFactor.renew"), { icon: "key", onclick: () => renew(place, draw) }),
        button(t("secondFactor.turnOff"), { class: "danger-quiet", onclick: () => turnOff(required, draw) }),
    ),
];

async function renew(place, draw) {
    const made = await dialog(t("secondFactor.renew"), (close) => [
        h("p", null, t("secondFactor.renewText")),
        proof(t("secondFactor.renew"), "primary", async (given) =>
            close(await api.post(`${PATH}/recovery-codes`, given)),
        ),
    ]);
    if (made) {
        showRecoveryCodes(place, made.recoveryCodes, draw);
    }
}

async function turnOff(required, draw) {
    const ended = await dialog(t("secondFactor.turnOffSure"), (close) => [
        h("p", null, t(required ? "secondFactor.turnOffRequired" : "secondFactor.turnOffText")),
        proof(t("secondFactor.turnOff"), "danger", async (given) => {
            await api.post(`${PATH}/disable`, given);
            close(true);
        }),
    ]);
    if (ended) {
        await session.load();
        await (session.user?.secondFactorRequired ? reload() : draw());
        toast(t("secondFactor.off"));
    }
}

const proof = (submit, kind, onsubmit) => form({ fields: [currentPassword(), codeField()], submit, kind, onsubmit });
