/** Setting up a second factor: the secret for the authenticator, its first code, and the recovery codes. */

import { api } from "../api.js";
import { h, put, replace, svg } from "../dom.js";
import { t } from "../i18n.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { button } from "../ui/buttons.js";
import { copy, copyable } from "../ui/copyable.js";
import { saveText } from "../ui/download.js";
import { form } from "../ui/forms.js";
import { toast } from "../ui/toasts.js";
import { authenticatorField } from "./code-field.js";
import { currentPasswordField } from "./current-password.js";

export const PATH = "/me/second-factor";

/** Light modules around a QR code, without which cameras do not find it. */
const MARGIN = 4;

/** Recovery codes that the person has not saved yet: a view that is built anew shows them again. */
let unsaved = null;
session.addEventListener("change", () => (unsaved = null));

/**
 * The steps, each in place of the one before.
 *
 * @param {() => Promise} done called when the account has a second factor, and the person has saved the recovery codes
 * @param {number} [level] of the headings
 */
export function setUp(done, level = 3) {
    const place = h("div", { class: "part-body" });
    return put(
        place,
        form({
            fields: [currentPasswordField()],
            submit: t("secondFactor.begin"),
            kind: null,
            async onsubmit(proof) {
                try {
                    advance(place, confirming(await api.post(PATH, proof), place, done, level));
                } catch (failure) {
                    if (failure.type !== "second-factor-enabled") {
                        throw failure;
                    }
                    // It was turned on in another tab.
                    await done();
                }
            },
        }),
    );
}

/** Shows the next step, and moves the focus to its heading. */
function advance(place, step) {
    replace(place, step);
    place.firstElementChild.focus();
}

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
            toast(t("secondFactor.on"));
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
export function showRecoveryCodes(place, codes, done, level) {
    unsaved = codes;
    advance(place, unsavedCodes(done, level));
}

/** The recovery codes that the person has not saved yet; null if there are none. */
export function unsavedCodes(done, level = 3) {
    if (unsaved === null) {
        return null;
    }
    const text = `${unsaved.join("\n")}\n`;
    const saved = () => {
        unsaved = null;
        return done();
    };
    return [
        heading(level, t("secondFactor.codes")),
        h("p", null, t("secondFactor.codesText")),
        h(
            "ul",
            { class: "recovery-codes" },
            unsaved.map((code) => h("li", null, h("code", null, code))),
        ),
        h(
            "div",
            { class: "actions" },
            button(t("ui.copy"), { icon: "copy", onclick: () => copy(text) }),
            button(t("secondFactor.save"), { icon: "download", onclick: () => saveText(text, "muster-recovery-codes.txt") }),
            action(t("secondFactor.saved"), saved, { kind: "primary" }),
        ),
    ];
}
