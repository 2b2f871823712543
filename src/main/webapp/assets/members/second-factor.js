/** Setting up a second factor: the secret for the authenticator, its first code, and the recovery codes. */

import { api } from "../api.js";
import { h, put, replace, svg } from "../dom.js";
import { t } from "../i18n.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { copy, copyable } from "../ui/copyable.js";
import { saveText } from "../ui/download.js";
import { field, form } from "../ui/forms.js";
import { authenticatorField } from "./code-field.js";

export const PATH = "/me/second-factor";

/** Light modules around a QR code, without which cameras do not find it. */
const MARGIN = 4;

/**
 * The steps, each in place of the one before.
 *
 * @param {() => Promise} done called when the person has seen the recovery codes
 * @param {number} [level] of the headings
 */
export function setUp(done, level = 3) {
    const place = h("div", { class: "part-body" });
    return put(
        place,
        form({
            fields: [currentPassword()],
            submit: t("secondFactor.begin"),
            kind: null,
            async onsubmit(proof) {
                replace(place, confirming(await api.post(PATH, proof), place, done, level));
                place.firstElementChild.focus();
            },
        }),
    );
}

export const currentPassword = () =>
    field({
        name: "currentPassword",
        label: t("me.currentPassword"),
        type: "password",
        required: true,
        autocomplete: "current-password",
    });

const heading = (level, text) => h(`h${level}`, { tabindex: "-1" }, text);

const confirming = ({ qrCode, secret, uri }, place, done, level) => [
    heading(level, t("secondFactor.scan")),
    h("p", { class: "muted" }, t("secondFactor.scanText")),
    picture(qrCode),
    h("p", null, h("a", { href: uri }, t("secondFactor.open"))),
    copyable(t("secondFactor.secret"), secret),
    form({
        fields: [authenticatorField()],
        submit: t("secondFactor.confirm"),
        async onsubmit(code) {
            const { recoveryCodes } = await api.post(`${PATH}/confirm`, code);
            showRecoveryCodes(place, recoveryCodes, done, level);
        },
    }),
];

function picture(rows) {
    const size = rows.length + 2 * MARGIN;
    const modules = rows.flatMap((row, y) =>
        [...row].map((module, x) => module === "1" && `M${x + MARGIN} ${y + MARGIN}h1v1h-1z`).filter(Boolean),
    );
    return svg(
        "svg",
        { viewBox: `0 0 ${size} ${size}`, class: "qr-code", role: "img", "aria-label": t("secondFactor.qrCode") },
        svg("path", { d: modules.join("") }),
    );
}

/** Shows recovery codes, which the server does not show again. */
export function showRecoveryCodes(place, codes, done, level = 3) {
    const text = `${codes.join("\n")}\n`;
    replace(
        place,
        heading(level, t("secondFactor.codes")),
        h("p", null, t("secondFactor.codesText")),
        h(
            "ul",
            { class: "recovery-codes" },
            codes.map((code) => h("li", null, h("code", null, code))),
        ),
        h(
            "div",
            { class: "actions" },
            button(t("ui.copy"), { icon: "copy", onclick: () => copy(text) }),
            button(t("secondFactor.save"), { icon: "download", onclick: () => saveText(text, "muster-recovery-codes.txt") }),
            action(t("secondFactor.saved"), done, { kind: "primary" }),
        ),
    );
    place.firstElementChild.focus();
}
