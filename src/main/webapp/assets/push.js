/**
 * Messages that the server pushes to this browser while the page is closed: a seat from the waiting list, an activity that is
 * cancelled. Somebody turns them on here with a click. They end with the session, and begin again when the same person signs in.
 */

import { api } from "./api.js";
import { language } from "./preferences.js";

const PATH = "/me/push-subscription";
/** The id of the person who has turned them on. */
const OWNER = "muster.push";
/** Messages are worded in fewer languages than the page. */
const LANGUAGES = ["en", "fr"];

/** Whether this browser can. Some do only once the page is installed. */
export const canPush = () => "Notification" in globalThis && "PushManager" in globalThis;

/** What `renew` does. */
let renewing = Promise.resolve();

/** Whether the server pushes messages, with which key, and whether to this browser: `{ applicationServerKey, on }`. */
export async function pushState(signal) {
    await renewing;
    return state(signal);
}

async function state(signal) {
    const { applicationServerKey, subscription } = await api.get(PATH, { signal });
    const known = subscription && (await (await manager())?.getSubscription());
    return { applicationServerKey, on: Boolean(known) };
}

/** Turns messages on, if the person allows it. To be called at a click; returns whether they are on. */
export async function turnOn(key, user) {
    const on = (await Notification.requestPermission()) === "granted" && (await subscribe(key));
    if (on) {
        remember(user.id);
    }
    return on;
}

export async function turnOff() {
    await api.delete(PATH);
    await unsubscribe();
}

/** Nothing is shown here any more. */
export async function unsubscribe() {
    remember(null);
    const known = await (await manager())?.getSubscription();
    await known?.unsubscribe();
}

/** Somebody has signed in: goes on for who has turned messages on, and ends them for anybody else. */
export function renew(user) {
    // The next visit tries again.
    renewing = renewFor(user).catch(() => {});
}

async function renewFor(user) {
    const owner = remembered();
    if (!owner || !user) {
        return;
    }
    if (owner !== user.id) {
        await unsubscribe();
    } else if (canPush() && Notification.permission === "granted") {
        const { applicationServerKey, on } = await state();
        if (applicationServerKey && !on) {
            await subscribe(applicationServerKey);
        }
    }
}

async function subscribe(key) {
    const made = await subscription(key).catch(() => null);
    if (made === null) {
        return false;
    }
    const { endpoint, keys } = made.toJSON();
    const spoken = LANGUAGES.includes(language()) ? language() : LANGUAGES[0];
    await api.put(PATH, { endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth }, language: spoken });
    return true;
}

/** The browser's subscription with this key. */
async function subscription(key) {
    const pushing = await manager();
    const known = await pushing.getSubscription();
    if (known && base64url(known.options.applicationServerKey) === key) {
        return known;
    }
    await known?.unsubscribe();
    return pushing.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

const manager = async () => (await navigator.serviceWorker?.getRegistration())?.pushManager;

const base64url = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
        .replace(/\+/g, "-")
        .replace(/\//g, "_")
        .replace(/=+$/, "");

function remembered() {
    try {
        return localStorage.getItem(OWNER);
    } catch {
        return null;
    }
}

function remember(id) {
    try {
        if (id === null) {
            localStorage.removeItem(OWNER);
        } else {
            localStorage.setItem(OWNER, id);
        }
    } catch {
        // The browser stores nothing: messages end with the session.
    }
}
