/**
 * Shared pieces of views.
 *
 * A view:
 *
 *     export async function view({ params, signal }) {
 *         const group = await api.get(`/groups/${params.group}`, { signal });
 *         return page({ title: group.name, back: { href: to("groups"), label: t("groups.all") } }, h("p", null, group.description));
 *     }
 *
 * A form keeps what was typed until it is saved, shows that it is busy, and puts what the server finds wrong beside the
 * field whose `name` the JSON pointer names:
 *
 *     form({
 *         fields: [field({ name: "name", label: t("group.name"), value: group.name, required: true, maxlength: 100 })],
 *         submit: t("ui.save"),
 *         onsubmit: (values) => api.patch(path, values, { version: group.version }),
 *     });
 *
 * A button that does something by itself: `action(t("leave"), async () => { … }, { kind: "danger", icon: "signOut" })`. It is busy
 * until that is done; a failure is told. `if (await confirm({ … }))` before what cannot be undone.
 *
 * Also: `list` (page by page), `row` (of a list), `empty`, `loading`, `failed` (states of a part of a view), `copyable`, `toast`, `announce`,
 * `badge`, `menu`, `style` (an area's own style sheet).
 */

import { connection } from "./api.js";
import { h, put, replace, unique } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import { explain, explainField } from "./problems.js";

/* ---- Views and their states ---- */

/**
 * A view's element.
 *
 * @param {Object} head
 * @param {string} head.title the heading, and the document's title
 * @param {{href: string, label: string}} [head.back] where it belongs
 * @param {Node|string} [head.lead] a line below the heading
 * @param {Node[]} [head.actions] beside the heading
 * @param {"narrow"|"medium"|"wide"} [head.width] for a form, for a column, for a table
 */
export function page({ title, back, lead, actions = [], width }, ...children) {
    return h(
        "div",
        { class: ["view", width] },
        h(
            "header",
            { class: "view-head" },
            back && h("a", { class: "back", href: back.href }, icon("back"), back.label),
            h(
                "div",
                { class: "view-title" },
                h("div", null, h("h1", { tabindex: "-1" }, title), lead && h("div", { class: "lead" }, lead)),
                actions.length > 0 && h("div", { class: "actions" }, actions),
            ),
        ),
        ...children,
    );
}

/** A part of a view, with its heading; `actions` are beside it. */
export function section({ title, actions = [], level = 2, ...props }, ...children) {
    const id = unique("section");
    return h(
        "section",
        { ...props, "aria-labelledby": id },
        h(
            "div",
            { class: "section-head" },
            h(`h${level}`, { id }, title),
            actions.length > 0 && h("div", { class: "actions" }, actions),
        ),
        ...children,
    );
}

/** Nothing there, and what to do about it. */
export const empty = ({ title, text, action: next, image = "calendar" }) =>
    h(
        "div",
        { class: "empty" },
        h("span", { class: "empty-image" }, icon(image)),
        h("p", { class: "empty-title" }, title),
        text && h("p", { class: "muted" }, text),
        next,
    );

export const loading = () => h("div", { class: "loading" }, spinner(), h("span", null, t("app.loading")));

const spinner = () => h("span", { class: "spinner", "aria-hidden": "true" });

/** A failure, in place of what could not be shown; `again` tries once more. */
export const failed = (failure, again) =>
    h(
        "div",
        { class: "failed", role: "alert" },
        icon("alert"),
        h(
            "div",
            null,
            h("p", null, explain(failure)),
            failure.requestId && h("p", { class: "muted small" }, h("code", null, failure.requestId)),
            again && button(t("app.tryAgain"), { onclick: again }),
        ),
    );

/** Waits for its content, and shows failures in its place. */
export function later(make) {
    const place = h("div", { class: "later" }, loading());
    const fill = async () => {
        replace(place, loading());
        try {
            replace(place, await make());
        } catch (failure) {
            if (failure.name !== "AbortError") {
                note(failure);
                replace(place, failed(failure, fill));
            }
        }
    };
    fill();
    return place;
}

/* ---- Buttons ---- */

/**
 * @param {Object} options `kind`: "primary", "danger", "quiet" or none; `icon`; `href` makes it a link; other attributes as
 *     in `h`
 */
export function button(label, { kind, icon: image, href, ...props } = {}) {
    const classes = { class: ["button", kind, props.class] };
    const content = [image && icon(image), h("span", { class: "label" }, label)];
    return href
        ? h("a", { ...props, href, ...classes }, content)
        : h("button", { type: "button", ...props, ...classes }, content);
}

/** A button that is an icon; the label is for those who do not see it, and its tooltip. */
export const iconButton = (label, image, props = {}) =>
    h(
        "button",
        { type: "button", ...props, class: ["icon-button", props.class], "aria-label": label, title: label },
        icon(image),
    );

/** A button that does this; busy until it is done, and a failure is told. */
export function action(label, run, options = {}) {
    const made = button(label, { ...options, onclick: () => busy(inView(made), run).catch(tell) });
    return made;
}

/** A menu closes when something in it is chosen: then it is its opener that is busy. */
const inView = (pressed) => pressed.closest(".menu-place")?.firstElementChild ?? pressed;

/** Leaves a trace of what is no answer of the server but our mistake. */
function note(failure) {
    if (failure.name !== "Failure") {
        console.error(failure);
    }
}

function tell(failure) {
    if (failure.name !== "AbortError") {
        note(failure);
        toast(explain(failure), "failure");
    }
}

/** Shows on a button that this goes on, and lets nobody press it again meanwhile. */
export async function busy(pressed, run) {
    if (pressed.getAttribute("aria-busy") === "true") {
        return undefined;
    }
    const label = pressed.querySelector(".label");
    const said = label?.textContent;
    const wait = () => {
        if (label) {
            label.textContent = connection.state === "ok" ? said : t("ui.waiting");
        }
    };
    pressed.setAttribute("aria-busy", "true");
    pressed.setAttribute("aria-disabled", "true");
    pressed.prepend(spinner());
    connection.addEventListener("change", wait);
    wait();
    try {
        return await run();
    } finally {
        connection.removeEventListener("change", wait);
        pressed.querySelector(".spinner")?.remove();
        pressed.removeAttribute("aria-busy");
        pressed.removeAttribute("aria-disabled");
        if (label) {
            label.textContent = said;
        }
    }
}

/* ---- Forms ---- */

/**
 * A labelled control.
 *
 * @param {Object} options `name`, `label`, `hint`; `type` as of an input, or "textarea", "select" (with `options`: a list of
 *     `[value, label]`), "checkbox"; `value`; other attributes as in `h`
 */
export function field({ name, label, hint, type = "text", value, options, ...props }) {
    const id = unique(name);
    const described = { id: `${id}-hint`, error: `${id}-error` };
    const shared = {
        ...props,
        id,
        name,
        "aria-describedby": [hint && described.id, described.error].filter(Boolean).join(" "),
    };
    const control = makeControl(type, value, options, shared);
    const text = h(
        "label",
        { htmlFor: id },
        label,
        !props.required &&
            !["checkbox", "select"].includes(type) &&
            h("span", { class: "optional" }, ` (${t("ui.optional")})`),
    );
    const rest = [
        hint && h("p", { class: "hint", id: described.id }, hint),
        h("p", { class: "error", id: described.error }),
    ];
    return type === "checkbox"
        ? h("div", { class: "field check" }, h("div", { class: "check-row" }, control, text), rest)
        : h("div", { class: "field" }, text, control, rest);
}

function makeControl(type, value, options, props) {
    if (type === "textarea") {
        return h("textarea", { rows: 4, ...props, value: value ?? "" });
    }
    if (type === "select") {
        return h(
            "select",
            props,
            options.map(([key, label]) => h("option", { value: key, selected: key === value }, label)),
        );
    }
    if (type === "checkbox") {
        return h("input", { type, ...props, checked: value === true });
    }
    return h("input", { type, ...props, value: value ?? "" });
}

/**
 * A form.
 *
 * @param {Object} options
 * @param {Node[]} options.fields made by `field`, and anything else
 * @param {string} options.submit what the button says
 * @param {"primary"|"danger"} [options.kind] of the button
 * @param {Node} [options.cancel] beside the button
 * @param {(values: Object, form: HTMLFormElement) => Promise} options.onsubmit gets what was typed, by name: text, true or
 *     false of a checkbox, a number or null of a number; what it throws is shown
 * @param {(failure: Failure) => boolean} [options.onfailure] answers true if it has dealt with it
 */
export function form({ fields, submit, kind = "primary", cancel, onsubmit, onfailure = () => false, ...props }) {
    const problem = h("div", { class: "form-problem", role: "alert" });
    const send = button(submit, { kind, type: "submit" });
    const made = h(
        "form",
        { novalidate: true, ...props },
        fields,
        problem,
        h("div", { class: "form-actions" }, send, cancel),
    );
    made.addEventListener("submit", async (event) => {
        event.preventDefault();
        replace(problem);
        if (!valid(made)) {
            return;
        }
        try {
            await busy(send, () => onsubmit(values(made), made));
        } catch (failure) {
            if (failure.name !== "AbortError" && !onfailure(failure)) {
                show(failure, made, problem);
            }
        }
    });
    made.addEventListener("input", (event) => mark(event.target, ""));
    return made;
}

/** What was typed, by name. */
export function values(made) {
    const found = {};
    for (const control of made.elements) {
        if (!control.name || (control.type === "radio" && !control.checked)) {
            continue;
        }
        if (control.type === "checkbox") {
            found[control.name] = control.checked;
        } else if (control.type === "number") {
            found[control.name] = control.value === "" ? null : Number(control.value);
        } else {
            found[control.name] = control.value;
        }
    }
    return found;
}

function valid(made) {
    let first = null;
    for (const control of made.elements) {
        if (control.willValidate) {
            const wrong = complaint(control);
            mark(control, wrong);
            first ??= wrong ? control : null;
        }
    }
    first?.focus();
    return !first;
}

function complaint(control) {
    const { validity } = control;
    if (validity.valid) {
        return "";
    }
    if (validity.customError) {
        return control.validationMessage;
    }
    if (validity.valueMissing) {
        return t("invalid.required");
    }
    if (validity.typeMismatch) {
        return t(`invalid.${control.type}`);
    }
    if (validity.tooShort) {
        return t("invalid.short", { least: control.minLength });
    }
    if (validity.tooLong) {
        return t("invalid.long", { most: control.maxLength });
    }
    if (validity.rangeUnderflow) {
        return t("invalid.least", { least: control.min });
    }
    if (validity.rangeOverflow) {
        return t("invalid.most", { most: control.max });
    }
    return t("invalid.other");
}

/** Says beside a control what is wrong with it; nothing if the text is empty. */
export function mark(control, text) {
    const place = document.getElementById(`${control.id}-error`);
    if (place) {
        place.textContent = text;
        if (text) {
            control.setAttribute("aria-invalid", "true");
        } else {
            control.removeAttribute("aria-invalid");
        }
    }
}

function show(failure, made, problem) {
    note(failure);
    const elsewhere = [];
    let first = null;
    for (const { pointer, detail } of failure.errors ?? []) {
        const control = made.elements.namedItem(pointer.replace("#/", ""));
        if (control?.id) {
            mark(control, explainField(detail));
            first ??= control;
        } else {
            elsewhere.push(`${pointer.replace("#/", "")} ${detail}.`);
        }
    }
    if (first === null || elsewhere.length > 0) {
        put(problem, icon("alert"), h("p", null, [explain(failure), ...elsewhere].join(" ")));
    }
    first?.focus();
}

/* ---- Lists ---- */

/**
 * A list that is read page by page.
 *
 * @param {Object} options
 * @param {(cursor: ?string) => Promise<{items: Array, next: ?string}>} options.load
 * @param {(item: Object) => Node} options.item makes the content of one `li`
 * @param {Node} [options.none] in place of an empty list
 */
export async function list({ load, item, none, ...props }) {
    const items = h("ul", { ...props, class: ["list", props.class] });
    const more = h("div", { class: "list-more" });
    const place = h("div", null, items, more);
    const add = async (cursor) => {
        const { items: found, next } = await load(cursor);
        const first = items.children.length;
        put(
            items,
            found.map((one) => h("li", null, item(one))),
        );
        replace(more, next !== null && action(t("ui.more"), () => add(next)));
        if (cursor !== null) {
            items.children[first]?.querySelector("a, button")?.focus();
        }
    };
    await add(null);
    return items.children.length === 0 && none ? none : place;
}

/**
 * What is in an item of a list: what it is, and below that a line about it.
 *
 * @param {Object} row `title`; `about`; `image` before both; other attributes as in `h`
 * @param {...Node} rest beside all that
 */
export const row = ({ title, about, image, ...props }, ...rest) =>
    h(
        "div",
        { ...props, class: ["row", props.class] },
        image,
        h(
            "div",
            { class: "row-main" },
            h("p", { class: "row-title" }, title),
            about && h("p", { class: "muted small" }, about),
        ),
        ...rest,
    );

/* ---- Small pieces ---- */

/** A word that says what state something is in: `kind` is "good", "warn", "bad", "accent" or none. */
export const badge = (text, kind) => h("span", { class: ["badge", kind] }, text);

/** Text to be taken along, with a button that copies it. */
export function copyable(label, text) {
    const id = unique("copy");
    const shown = h("input", { id, readonly: true, value: text, onfocus: () => shown.select() });
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(text);
        } catch {
            // Without TLS there is no clipboard but this one.
            shown.select();
            document.execCommand("copy");
        }
        toast(t("ui.copied"));
    };
    return h(
        "div",
        { class: "field copyable" },
        h("label", { htmlFor: id }, label),
        h("div", { class: "copy-row" }, shown, button(t("ui.copy"), { icon: "copy", onclick: copy })),
    );
}

/** A button that opens a menu of links and buttons below it, or above it where there is no room. */
export function menu(label, image, ...items) {
    const id = unique("menu");
    const opener = iconButton(label, image, {
        popovertarget: id,
        onclick: (event) => opener.ariaBusy === "true" && event.preventDefault(),
    });
    const opened = h("div", { id, popover: "auto", class: "menu", role: "group", "aria-label": label }, items);
    opened.addEventListener("toggle", () => {
        if (opened.matches(":popover-open")) {
            const below = opener.getBoundingClientRect();
            const room = innerHeight - below.bottom - 4 >= opened.offsetHeight;
            opened.style.top = `${room ? below.bottom + 4 : Math.max(8, below.top - 4 - opened.offsetHeight)}px`;
            opened.style.left = `${Math.max(8, Math.min(below.right - opened.offsetWidth, innerWidth - opened.offsetWidth - 8))}px`;
        }
    });
    // Before it is done: a dialog gives the focus back to what had it, which is to be there still.
    opened.addEventListener("click", (event) => event.target.closest("a, button") && opened.hidePopover(), {
        capture: true,
    });
    return h("div", { class: "menu-place" }, opener, opened);
}

/** Loads an area's style sheet, once: `await style(new URL("operate.css", import.meta.url))`. */
export function style(url) {
    const known = document.querySelector(`link[href="${url}"]`);
    return known
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
              document.head.append(h("link", { rel: "stylesheet", href: url, onload: resolve, onerror: reject }));
          });
}

/* ---- Telling ---- */

/** Says something to those who listen to the page rather than look at it. */
export function announce(text) {
    const place = document.getElementById("announcer");
    place.textContent = "";
    setTimeout(() => (place.textContent = text), 50);
}

const TOAST_MILLIS = 5000;

/** Says something for a while at the edge of the page; `kind` is "failure" or none. A failure stays until it is closed. */
export function toast(text, kind) {
    const told = h(
        "div",
        { class: ["toast", kind], role: kind === "failure" ? "alert" : "status" },
        icon(kind === "failure" ? "alert" : "check"),
        h("p", null, text),
        iconButton(t("ui.close"), "close", { onclick: () => told.remove() }),
    );
    document.getElementById("toasts").append(told);
    if (kind !== "failure") {
        setTimeout(() => told.remove(), TOAST_MILLIS);
    }
}

/* ---- Dialogs ---- */

/**
 * Shows something over the view until it is closed.
 *
 * @param {string} title
 * @param {(close: (result: any) => void) => Node[]} make its content; `close` ends it
 * @returns {Promise<any>} what it was closed with; undefined if it was dismissed
 */
export function dialog(title, make) {
    return new Promise((resolve) => {
        const id = unique("dialog");
        const close = (result) => {
            resolve(result);
            shown.close();
        };
        const shown = h(
            "dialog",
            { "aria-labelledby": id },
            h(
                "div",
                { class: "dialog-head" },
                h("h2", { id }, title),
                iconButton(t("ui.close"), "close", { onclick: () => close(undefined) }),
            ),
        );
        shown.addEventListener("close", () => {
            resolve(undefined);
            shown.remove();
        });
        put(shown, make(close));
        document.body.append(shown);
        shown.showModal();
    });
}

/** Closes what is open over a view that is left. */
export const dismissDialogs = () => document.querySelectorAll("dialog[open]").forEach((shown) => shown.close());

/**
 * Asks before something that cannot be undone.
 *
 * @param {Object} question `title`, `text`; `yes` is what the button says that does it; `danger` colours it
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, text, yes, danger = false }) {
    const answer = await dialog(title, (close) => [
        h("p", null, text),
        h(
            "div",
            { class: "form-actions" },
            button(yes, { kind: danger ? "danger" : "primary", onclick: () => close(true) }),
            button(t("ui.cancel"), { autofocus: true, onclick: () => close(false) }),
        ),
    ]);
    return answer === true;
}
