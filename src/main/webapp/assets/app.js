/** Starts the page: reads the session, draws the frame, and shows the view of the current address. */

import { current, to, today, withQuery } from "./address.js";
import { api, connection } from "./api.js";
import { replace } from "./dom.js";
import { speak, t } from "./i18n.js";
import { take } from "./link-tokens.js";
import { enter, go, navigation, refresh, remembered } from "./navigation.js";
import { language } from "./preferences.js";
import { match, preload } from "./routes.js";
import { onSignInNeeded, session } from "./session.js";
import { countUnread, draw, frame, mainElement, markCurrent, tellUndeliverable } from "./shell.js";
import { button } from "./ui/buttons.js";
import { dismissDialogs } from "./ui/dialogs.js";
import { keepPlace } from "./ui/keep-place.js";
import { page } from "./ui/page.js";
import { empty, failed, filled, loading } from "./ui/states.js";
import { announce, dismissToasts, toast } from "./ui/toasts.js";
import { startWorker } from "./worker.js";

const LOADING_MILLIS = 150;

let left = new AbortController();
/** Whether people see the current view, as it was or the beginning that the HTML has: they do until it is there. */
let shown = mainElement.childElementCount > 0 && !document.documentElement.classList.contains("other");
/** Whether signing in is in place of the view. */
let signsIn = false;

/**
 * Shows the view of the current address.
 *
 * @param {boolean} [how.focus] whether its heading gets the focus, as if the person had just come
 * @param {boolean} [how.again] whether they look at it already: what they are in the middle of stays
 */
async function show({ again = false, focus = !again } = {}) {
    left.abort();
    left = new AbortController();
    signsIn = false;
    shown &&= !focus;
    const keeps = again && shown;
    connection.renewed();
    const { signal } = left;
    const slow = setTimeout(() => shown || replace(mainElement, waiting()), LOADING_MILLIS);
    // What is opened after it may be there before a module of it is.
    signal.addEventListener("abort", () => clearTimeout(slow));
    const found = match(current());
    mainElement.setAttribute("aria-busy", "true");
    markCurrent();
    countUnread();
    let view;
    try {
        view = await open(found, signal);
        // What people see of it is not replaced by what loads.
        await (keeps && mainElement.querySelector(".loading") === null && filled(view));
    } catch (failure) {
        view = broken(failure);
    }
    clearTimeout(slow);
    if (signal.aborted) {
        return;
    }
    const scrolled = scrollY;
    if (keeps) {
        keepPlace(mainElement, () => replace(mainElement, view));
        scrollTo(0, scrolled);
    } else {
        replace(mainElement, view);
    }
    shown = true;
    mainElement.removeAttribute("aria-busy");
    const heading = mainElement.querySelector("h1");
    document.title = found?.route.path === "" ? "Muster" : `${heading.textContent} – Muster`;
    if (focus) {
        scrollTo(0, remembered().scroll ?? 0);
        heading.focus({ preventScroll: true });
    }
}

/** The loading indicator; while the server is unavailable, a view of its own. */
const waiting = () =>
    connection.state === "ok" ? loading() : page({ title: t("ui.waiting"), width: "narrow" }, loading());

async function open(found, signal) {
    if (found === null) {
        return nothing();
    }
    if (found.route.signedIn && session.user === null) {
        return signIn(signal);
    }
    if (session.user?.secondFactorRequired && !found.route.withoutSecondFactor) {
        const { view } = await import("./members/required-second-factor.js");
        return view();
    }
    const module = await loaded(found.route, signal);
    try {
        return await module.view({ params: await withIds(found.params, signal), query: found.query, signal });
    } catch (failure) {
        if ([401, 404].includes(failure.status) && session.user === null) {
            return signIn(signal, { hidden: failure.status === 404 });
        }
        throw failure;
    }
}

/** Signing in, in place of a view and then to it. `hidden`: whether there is such a view is told only to those who may see it. */
async function signIn(signal, { hidden = false } = {}) {
    // Another request of the view may ask for the same.
    signsIn = true;
    dismissDialogs();
    const { view } = await import("./members/sign-in.js");
    return view({ query: { to: current() }, signal, hidden });
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The parameters of a view, with the group's id in place of its slug. */
async function withIds(params, signal) {
    return params.group && !ID.test(params.group)
        ? { ...params, group: (await api.get(`/groups/${params.group}`, { signal })).id }
        : params;
}

/** The module of a view. Without the server it waits, as requests do. */
async function loaded(route, signal) {
    try {
        return await route.load();
    } catch (failure) {
        await connection.check();
        if (connection.state === "ok") {
            throw failure;
        }
        await connection.restored(signal);
        return route.load().catch(() => {
            // Some browsers keep that a module could not be loaded for as long as the page is open.
            location.reload();
            return new Promise(() => {});
        });
    }
}

const nothing = () =>
    page(
        { title: t("app.nothing.title"), width: "narrow" },
        empty({
            image: "search",
            title: t("app.nothing.text"),
            action: button(t("app.toStart"), { href: to("") }),
        }),
    );

function broken(failure) {
    if (failure.status === 404) {
        return nothing();
    }
    if (failure.name !== "AbortError" && failure.name !== "Failure") {
        console.error(failure);
    }
    return page(
        { title: t("app.broken.title"), width: "narrow" },
        failed(failure, () => show()),
    );
}

connection.addEventListener("change", () => {
    if (connection.state === "ok") {
        toast(t("app.back"));
    } else {
        announce(t(`app.${connection.state}`));
        if (mainElement.querySelector(":scope > .loading")) {
            replace(mainElement, waiting());
        }
    }
});

connection.addEventListener("outdated", refresh);
addEventListener("offline", () => connection.check());

for (const event of ["change", "update"]) {
    session.addEventListener(event, draw);
    session.addEventListener(event, tellUndeliverable);
}

/** When another tab has signed in somebody else, or out, the page starts anew; nothing of the person before is left to be pressed. */
function follow() {
    if (session.isReplaced) {
        document.body.replaceChildren();
        location.reload();
    }
}
addEventListener("storage", follow);
// What slept was told nothing.
addEventListener("pageshow", follow);
document.addEventListener("visibilitychange", follow);

const openView = () => {
    dismissDialogs();
    dismissToasts();
    show();
};

/** Asks somebody to sign in. Whoever's session has ended gets back what they saw; until then, and to others, it is not shown. */
async function askToSignIn(user) {
    if (signsIn) {
        return false;
    }
    const { signal } = left;
    const view = [...mainElement.childNodes];
    const { activeElement } = document;
    const scrolled = scrollY;
    if (user !== null) {
        replace(mainElement, page({ title: t("signIn.title"), width: "narrow" }));
    }
    const dialog = await import("./members/sign-in-dialog.js");
    const signedIn = await dialog.askToSignIn();
    if (session.user?.secondFactorRequired) {
        openView();
        // The request ends with the view that it was for.
        signal.throwIfAborted();
    }
    if (user === null) {
        return signedIn;
    }
    if (session.user?.id !== user.id) {
        // What somebody began is not finished by another.
        (signedIn ? openView : leave)();
        return false;
    }
    replace(mainElement, view);
    scrollTo(0, scrolled);
    activeElement.focus({ preventScroll: true });
    return true;
}

/** Opens the sign-in view, from which whoever signs in comes back. */
const leave = () => go(withQuery(to("sign-in"), { failure: "unauthenticated", to: current() }));

onSignInNeeded(askToSignIn, leave);

/** Replaces an address of the time when all were behind the `#`, and one with a token for which the address bar is no place. */
function modernize() {
    if (location.hash.startsWith("#/")) {
        history.replaceState(history.state, "", today(take(location.hash)));
    }
}

/** Opens a link to a view without loading the page anew. */
function openLink(event) {
    const link = event.target.closest("a[href]");
    const meant = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const here = link?.origin === location.origin && !link.target && !link.hasAttribute("download");
    if (meant && here && !event.defaultPrevented && match(link.href)) {
        event.preventDefault();
        go(link.pathname + link.search + link.hash);
    }
}

const enterView = () => {
    enter();
    openView();
};
addEventListener("click", openLink);
addEventListener("popstate", () => {
    modernize();
    enterView();
});
navigation.addEventListener("open", enterView);
navigation.addEventListener("reload", () => {
    remembered().scroll = 0;
    openView();
});
navigation.addEventListener("refresh", () => show({ again: true }));
addEventListener("languagechosen", () => {
    draw();
    tellUndeliverable();
    show({ again: true });
});

modernize();
await speak(language());
history.scrollRestoration = "manual";
enter();
frame();
if (!shown) {
    replace(mainElement, loading());
    document.documentElement.classList.remove("other");
}
const known = session.load();
if (match(current())?.route.withoutDatabase) {
    known.then(() => session.user?.secondFactorRequired && refresh());
} else {
    await known;
}
await show({ focus: false });
(globalThis.requestIdleCallback ?? setTimeout)(async () => {
    await preload();
    startWorker();
});
