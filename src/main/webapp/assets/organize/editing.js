/**
 * Editing with optimistic locking. Only changed fields are sent, with the version that the form was filled from. If someone else
 * has saved in between, both versions are shown side by side.
 */

import { h, replace } from "../dom.js";
import { ago, t } from "../i18n.js";
import { badge } from "../ui/badge.js";
import { button } from "../ui/buttons.js";
import { form, values } from "../ui/forms.js";
import { announce, toast } from "../ui/toasts.js";
import { keepTyped } from "../ui/typed.js";

/**
 * A form for a versioned resource.
 *
 * @param {Object} editing
 * @param {Object} editing.original as the API gave it
 * @param {Node[]} editing.fields made of it
 * @param {(typed: Object) => Object} editing.read converts the input to the form of the API
 * @param {(resource: Object) => Object} editing.shown converts a resource to the same form
 * @param {Object} editing.words for each property of that form, `{ label, say(value, whole) }`
 * @param {() => Promise<Object>} editing.refetch reads the current version
 * @param {(patch: Object, version: number, typed: Object) => Promise<Object>} editing.save
 * @param {(saved: Object, typed: Object, moves: Object) => void} editing.done `moves` are those of `fromHere`
 * @param {Node} [editing.cancel]
 * @returns {{element: Element, form: HTMLFormElement}}
 */
export function editing({ original, fields, read, shown, words, refetch, save, done, cancel, ...props }) {
    const conflict = h("div");
    const made = form({
        ...props,
        fields,
        submit: t("ui.save"),
        cancel,
        async onsubmit(typed, filled, moves) {
            const mine = read(typed);
            const patch = changes(mine, base.first);
            try {
                const saved = Object.keys(patch).length === 0 ? base.original : await save(patch, base.original.version, typed);
                finish(saved, typed, moves);
            } catch (failure) {
                if (failure.type !== "version-mismatch") {
                    throw failure;
                }
                await compare(mine, typed, moves);
            }
        },
    });
    // Of what was typed earlier, the version of then: whoever has saved in between is not overwritten.
    const { base, forget } = keepTyped(made, { original, first: read(values(made)) });
    const finish = (saved, typed, moves) => {
        forget();
        done(saved, typed, moves);
    };

    const compare = async (mine, typed, moves) => {
        const theirs = await refetch();
        const rows = differences({ first: base.first, before: shown(base.original), mine, theirs: shown(theirs), words });
        if (rows.length === 0) {
            toast(t("conflict.same"));
            finish(theirs, typed, moves);
            return;
        }
        const back = () => {
            replace(conflict);
            made.hidden = false;
            made.querySelector("[type=submit]").focus();
        };
        const settle = async (chosen, filled, later) => {
            const kept = rows.filter(({ name }) => chosen[name] === "mine").map(({ name }) => [name, mine[name]]);
            try {
                const saved = kept.length === 0 ? theirs : await save(Object.fromEntries(kept), theirs.version, typed);
                finish(saved, typed, later);
            } catch (failure) {
                if (failure.type !== "version-mismatch") {
                    throw failure;
                }
                await compare(mine, typed, later);
            }
        };
        made.hidden = true;
        replace(conflict, sideBySide({ rows, theirs, settle, back }));
        conflict.querySelector("h2").focus();
        announce(t("conflict.title"));
    };

    return { element: h("div", { class: "editing" }, made, conflict), form: made };
}

/** The properties that were changed. */
const changes = (mine, first) =>
    Object.fromEntries(Object.entries(mine).filter(([name, value]) => !same(value, first[name])));

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** The properties that differ between the input and the current version; `by` says who changed them. */
function differences({ first, before, mine, theirs, words }) {
    const by = (name) => {
        const byMe = !same(mine[name], first[name]);
        const byThem = !same(theirs[name], before[name]);
        return byMe && byThem ? "both" : byMe ? "me" : byThem ? "them" : "nobody";
    };
    return Object.keys(words)
        .filter((name) => name in mine && !same(mine[name], theirs[name]) && by(name) !== "nobody")
        .map((name) => ({
            name,
            by: by(name),
            label: t(words[name].label),
            mine: words[name].say(mine[name], mine),
            theirs: words[name].say(theirs[name], theirs),
        }));
}

function sideBySide({ rows, theirs, settle, back }) {
    const all = (side) =>
        button(t(`conflict.all.${side}`), {
            class: "small",
            onclick: () => made.querySelectorAll(`input[value=${side}]`).forEach((input) => (input.checked = true)),
        });
    const made = form({
        class: "conflict",
        fields: [
            h("h2", { tabindex: "-1" }, t("conflict.title")),
            h("p", null, t("conflict.text", { ago: ago(theirs.updatedAt) })),
            h("div", { class: "actions" }, all("mine"), all("theirs")),
            rows.map(versions),
        ],
        submit: t("conflict.save"),
        cancel: button(t("conflict.back"), { onclick: back }),
        onsubmit: settle,
    });
    return made;
}

const versions = (row) =>
    h(
        "fieldset",
        { class: "versions" },
        h("legend", null, row.label, " ", badge(t(`conflict.by.${row.by}`), row.by === "both" ? "warn" : null)),
        ["mine", "theirs"].map((side) =>
            h(
                "label",
                { class: "option" },
                h("input", {
                    type: "radio",
                    name: row.name,
                    value: side,
                    checked: side === (row.by === "them" ? "theirs" : "mine"),
                }),
                h(
                    "span",
                    null,
                    h("span", { class: "hint" }, t(`conflict.${side}`)),
                    h("span", { class: "version prose" }, row[side]),
                ),
            ),
        ),
    );
