"use strict";
/**
 * Keeps the page of one release: its HTML and the files that it has loaded. The HTML comes from the server if that answers. What a
 * release keeps is deleted by the next one, which takes over as soon as it is there; no page is reloaded for that.
 *
 * It sees neither the API nor what is read from it: `copies.js` keeps that. Messages that the server pushes it shows as they are.
 */

const ASSETS = "/assets/{version}/";
const PREFIX = "muster-page-";
const CACHE = `${PREFIX}{version}`;
const VIEWS = /^\/(?:(?:forgot-password|groups|invitations|me|notifications|operate|reset|sign-in|sign-up|verify)(?:\/.*)?)?$/;
const AWAY = [502, 503, 504];

addEventListener("install", (event) => {
    skipWaiting();
    event.waitUntil(keepPage());
});

addEventListener("activate", (event) => event.waitUntil(takeOver()));

addEventListener("fetch", (event) => {
    const { method, mode, url } = event.request;
    const { origin, pathname } = new URL(url);
    if (method !== "GET" || origin !== location.origin) {
        return;
    }
    if (mode === "navigate" && VIEWS.test(pathname)) {
        event.respondWith(page(event.request));
    } else if (pathname.startsWith(ASSETS)) {
        event.respondWith(asset(event.request));
    }
});

/** The addresses of files that were loaded before there was a service worker. */
addEventListener("message", (event) => event.waitUntil(keepAssets(event.data)));

addEventListener("push", (event) => event.waitUntil(tell(messageOf(event.data))));

addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(event.notification.data));
});

async function keepPage() {
    const answer = await fetch("/", { cache: "no-cache" });
    const text = await answer.clone().text();
    if (!answer.ok || !text.includes(ASSETS)) {
        throw new Error("Another release answers: the browser tries again at the next visit");
    }
    await (await caches.open(CACHE)).put("/", answer);
}

async function takeOver() {
    const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
    await Promise.all(others.map((name) => caches.delete(name)));
    await clients.claim();
}

async function page(request) {
    let answer;
    try {
        answer = await fetch(request);
    } catch {
        answer = Response.error();
    }
    const away = answer.type === "error" || AWAY.includes(answer.status);
    return (away && (await kept("/"))) || answer;
}

async function asset(request) {
    const known = await kept(request.url);
    if (known) {
        return known;
    }
    const answer = await fetch(request);
    if (answer.ok) {
        await (await caches.open(CACHE)).put(request.url, answer.clone());
    }
    return answer;
}

async function keepAssets(addresses) {
    const cache = await caches.open(CACHE);
    for (const address of addresses.filter((one) => new URL(one).pathname.startsWith(ASSETS))) {
        if (!(await kept(address))) {
            await cache.add(address).catch(() => {});
        }
    }
}

const kept = (address) => caches.match(address, { cacheName: CACHE, ignoreVary: true });

/** Browsers want a notification for each message, whatever is in it. */
function messageOf(data) {
    try {
        return data.json();
    } catch {
        return { title: "Muster", path: "/notifications" };
    }
}

const tell = ({ title, body, tag, path }) =>
    registration.showNotification(title, { body, tag, icon: `${ASSETS}icon-192.png`, data: path });

/** Shows a view: in the window that has it, or in a new one. What is typed elsewhere stays. */
async function open(path) {
    const { href, origin } = new URL(path, location.origin);
    const address = origin === location.origin ? href : location.origin;
    const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
    const shown = windows.find(({ url }) => url === address);
    await (shown ? shown.focus() : clients.openWindow(address));
}
