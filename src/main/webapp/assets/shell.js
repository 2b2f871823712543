/** The frame around every view: header with navigation, connection state, footer. */

import { to } from "./address.js";
import { api, connection } from "./api.js";
import { h, replace } from "./dom.js";
import { dayIn, here, isPlaced, speak, t, when } from "./i18n.js";
import { icon } from "./icons.js";
import { go } from "./navigation.js";
import { language, languages, setTheme, theme, themes } from "./preferences.js";
import { session } from "./session.js";
import { action } from "./ui/actions.js";
import { keepFocus } from "./ui/keep-place.js";
import { menu } from "./ui/menu.js";
import { toast } from "./ui/toasts.js";
import { undeliverable } from "./ui/undeliverable.js";

/** The HTML has both, with the beginning of some views. */
export const mainElement = document.querySelector("main");
const header = document.querySelector("header");

const footer = h("footer", { class: "bottom" });
const trouble = h("div", { class: "trouble", role: "status", hidden: true });
const mailTrouble = h("div", { class: "mail-trouble", role: "status" });

/** The count stops here. */
const MOST_UNREAD = 100;
let unread = 0;

/** Adds the frame to the document. */
export function frame() {
    const skip = h("a", { class: "skip", href: "#main" });
    skip.addEventListener("click", (event) => {
        // The address of the view stays.
        event.preventDefault();
        mainElement.focus();
    });
    header.before(skip);
    header.after(trouble, mailTrouble);
    mainElement.after(
        footer,
        h("div", { id: "toasts" }),
        h("div", { id: "announcer", class: "unseen", role: "status" }),
    );
    connection.addEventListener("change", drawTrouble);
    draw();
}

/** Draws the frame for the person who is signed in, in the selected language. */
export function draw() {
    document.querySelector(".skip").textContent = t("app.skip");
    keepFocus(header, () =>
        replace(
            header,
            h("a", { class: "brand", href: to("") }, mark(), "Muster"),
            h("nav", { "aria-label": t("app.navigation") }, links()),
            session.user && account(),
        ),
    );
    document.body.classList.toggle("signed-out", !session.user);
    keepFocus(footer, () =>
        replace(
            footer,
            !isPlaced() && h("span", null, t("app.noZone")),
            choices(),
            h("a", { href: "/openapi" }, t("app.api")),
        ),
    );
    drawTrouble();
    markCurrent();
    drawUnread();
}

const mark = () => h("span", { class: "mark", "aria-hidden": "true" });

const link = (href, image, label, props = {}) =>
    h("a", { ...props, href, class: ["nav-link", props.class] }, icon(image), h("span", null, label));

const links = () => (session.user ? signedInLinks() : session.user === null && signedOutLinks());

const signedOutLinks = () => [
    link(to("groups"), "group", t("app.groups")),
    link(to("sign-in"), "person", t("app.signIn")),
    h("a", { href: to("sign-up"), class: "button primary small" }, t("app.signUp")),
];

const signedInLinks = () => [
    link(to(""), "calendar", t("app.home")),
    link(to("groups"), "group", t("app.groups")),
    session.user.operator && link(to("operate"), "pulse", t("app.operate")),
    link(to("notifications"), "bell", t("app.notifications"), { class: "bell" }),
    link(to("me"), "person", t("app.me"), { class: "only-small" }),
];

const account = () =>
    h(
        "div",
        { class: "account" },
        menu(
            t("app.me"),
            "person",
            () => [
                h("p", { class: "menu-name" }, session.user.displayName, h("span", null, session.user.email)),
                h("a", { href: to("me") }, icon("settings"), t("app.me")),
                action(t("app.signOut"), signOut, { kind: "plain", icon: "signOut", offline: true }),
            ],
        ),
    );

/** Signs out, and opens the home page. */
export async function signOut() {
    await session.signOut();
    go(to(""));
    toast(t("app.signedOut"));
}

function choices() {
    return h(
        "div",
        { class: "choices" },
        choice("language", t("app.language"), Object.entries(languages), language(), speakOrTell),
        choice(
            "theme",
            t("app.theme"),
            themes.map((name) => [name, t(`app.theme.${name}`)]),
            theme(),
            setTheme,
        ),
    );
}

/** Changes the language, unless its words cannot be loaded. */
export async function speakOrTell(name) {
    try {
        await speak(name);
    } catch {
        draw();
        toast(t("app.offline"), "failure");
    }
}

const choice = (name, label, options, value, onchoose) =>
    h(
        "label",
        null,
        h("span", { class: "unseen" }, label),
        h(
            "select",
            { name, onchange: (event) => onchoose(event.target.value) },
            options.map(([key, text]) => h("option", { value: key, selected: key === value }, text)),
        ),
    );

function drawTrouble() {
    trouble.hidden = connection.state === "ok";
    replace(
        trouble,
        connection.state !== "ok" && [
            h("span", { class: "spinner", "aria-hidden": "true" }),
            h("p", null, troubleInWords()),
        ],
    );
}

/** What is wrong with the connection; of copies, the time, and the day if it is not today. */
function troubleInWords() {
    const { asOf, state } = connection;
    if (asOf === null) {
        return t(`app.${state}`);
    }
    const today = dayIn(here(), asOf) === dayIn(here(), new Date());
    return t("app.asOf", { time: when(asOf, today ? "time" : "moment") });
}

/** Marks the link to the current view. */
export function markCurrent() {
    const path = location.pathname;
    for (const one of header.querySelectorAll("nav a")) {
        const href = one.getAttribute("href");
        const shown = path === href || (href !== "/" && path.startsWith(`${href}/`));
        if (shown) {
            one.setAttribute("aria-current", "page");
        } else {
            one.removeAttribute("aria-current");
        }
    }
}

/** Tells the person who is signed in if mail does not reach their address. */
export async function tellUndeliverable() {
    replace(mailTrouble);
    const { user } = session;
    if (user && !user.secondFactorRequired) {
        try {
            const { mail } = await api.get("/me/notification-settings", { quiet: true });
            if (mail === "undeliverable" && session.user?.id === user.id) {
                replace(mailTrouble, undeliverable(user.email));
            }
        } catch {
            // The view reports the failure.
        }
    }
}

/** Reads the number of unread notifications, and shows it on the bell. */
export async function countUnread() {
    if (session.user && !session.user.secondFactorRequired) {
        try {
            const query = { unread: true, limit: MOST_UNREAD };
            const { items } = await api.get("/me/notifications", { query, quiet: true });
            unread = items.length;
        } catch {
            // The view reports the failure.
            unread = 0;
        }
        drawUnread();
    }
}

function drawUnread() {
    const bell = header.querySelector(".bell");
    bell?.querySelectorAll(".count").forEach((one) => one.remove());
    if (unread > 0) {
        bell?.append(
            h(
                "span",
                { class: "count number", "aria-hidden": "true" },
                unread < MOST_UNREAD ? unread : `${unread - 1}+`,
            ),
            h("span", { class: "count unseen" }, ` (${t("app.unread", { count: unread })})`),
        );
    }
}
