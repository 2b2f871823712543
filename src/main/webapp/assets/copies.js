/**
 * Copies of what was seen last, to be read without the server. They are kept on this device for the person who is signed in, until
 * they sign out, their session ends or another person signs in, unless the server allows none. What is not listed here is never
 * kept: tokens, sessions, invitations, exports, lists of members, the audit, and what operators see.
 */

const CACHE = "muster-seen";
const BASE = "/api/v1";
const ID = "[0-9a-f-]{36}";
const KEPT = [
    "/me",
    "/me/(groups|activities|notifications|upcoming)",
    "/groups",
    `/groups/${ID}`,
    `/groups/${ID}/activities`,
    `/groups/${ID}/activities/${ID}`,
    `/groups/${ID}/activities/${ID}/(availability|signups)`,
].map((path) => new RegExp(`^${BASE}${path}$`));

/** More are not kept, but the account always is: the oldest go. */
const MOST = 200;
const AT = "Muster-At";
const ACCOUNT = `${BASE}/me`;

/** The id of the person whose copies are kept; null if nobody is signed in, undefined until that is known. */
let owner;

/** A promise of whether the server allows copies; undefined until somebody is signed in. */
let permission;

/** Browsers have it with TLS only, and some not in private windows. */
const storage = globalThis.caches;

/**
 * Sets whose copies are kept, and deletes those of anybody else.
 *
 * @param {() => Promise<boolean>} ask asks whether the server allows copies; if it does not, all are deleted
 */
export async function keepFor(user, ask) {
    owner = user?.id ?? null;
    if (owner !== null && storage) {
        permission ??= ask().then(obey, () => false);
    }
    const known = owner === null ? null : await find(ACCOUNT);
    if (known === null || known.answer.id !== owner) {
        await forget();
    }
    // What was read from a copy stays as old as it is.
    if (JSON.stringify(known?.answer) !== JSON.stringify(user)) {
        await keep(ACCOUNT, user);
    }
}

async function obey(allowed) {
    if (!allowed) {
        await forget();
    }
    return allowed;
}

/** Deletes all copies. */
export async function forget() {
    await storage?.delete(CACHE).catch(() => {});
}

/** Keeps the answer of a resource, if it is one of which copies are kept, as soon as it is known that the server allows them. */
export async function keep(target, answer) {
    const key = keyOf(target);
    const reader = owner;
    if (!reader || key === null || !(await permission) || owner !== reader) {
        return;
    }
    try {
        const cache = await storage.open(CACHE);
        await cache.delete(key);
        await cache.put(key, new Response(JSON.stringify(answer), { headers: { [AT]: new Date().toISOString() } }));
        const others = (await cache.keys()).filter(({ url }) => !url.endsWith(ACCOUNT));
        await Promise.all(others.slice(0, -MOST).map((old) => cache.delete(old)));
    } catch {
        // The device has no room, or keeps nothing.
    }
}

/** The copy of a resource's answer: `{ answer, at }`; null if there is none. */
export function recall(target) {
    const key = keyOf(target);
    // Who it is is read from the copy too.
    const allowed = owner || (owner === undefined && key === ACCOUNT);
    return allowed && key !== null ? find(key) : Promise.resolve(null);
}

async function find(key) {
    try {
        const copy = await storage.match(key, { cacheName: CACHE });
        return copy ? { answer: await copy.json(), at: new Date(copy.headers.get(AT)) } : null;
    } catch {
        return null;
    }
}

/** The name of a copy; null if none is kept. Periods that begin or end now, or some days from now, have the same name at any time. */
function keyOf(target) {
    const url = new URL(target, location.origin);
    for (const [name, value] of [...url.searchParams]) {
        if (/\.\d{3}Z$/.test(value) && !value.endsWith(":00.000Z")) {
            url.searchParams.set(name, "now");
        }
    }
    return storage && KEPT.some((path) => path.test(url.pathname)) ? url.pathname + url.search : null;
}
