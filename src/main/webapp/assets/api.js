/**
 * The API, for the views.
 *
 *     const group = await api.get(`/groups/${id}`, { signal });
 *     await api.patch(`/groups/${id}`, { name }, { version: group.version });   // sends If-Match
 *     await api.post(`/groups/${id}/activities`, wanted);                        // sends an Idempotency-Key
 *     const page = await api.get(`/groups/${id}/members`, { query: { state: "requested", cursor } });
 *
 * A response that is not a success is thrown as a {@link Failure}. While the server is unreachable or answers 503, a request
 * waits and is retried: a read until the view is left, a write for one minute. `connection` reports this to the shell, so
 * views do not handle it. A write whose outcome is unknown is retried only where that is safe: a POST keeps its
 * Idempotency-Key; a PATCH with a version, and what ends the session that it needs, is not retried after a lost response. A DELETE
 * that was retried and finds nothing has done it. Without a response, a read gets the copy of what was seen last, if there is one.
 *
 * If a request needs a session, a dialog asks the person to sign in, and the request continues.
 */

import { keep, recall } from "./copies.js";

const BASE = "/api/v1";
const JSON_TYPE = "application/json";
const WRITE_RETRY_MILLIS = 60_000;

/** A response that is not a success, or a request without a response. `explain` of `problems.js` describes it. */
export class Failure extends Error {
    /**
     * @param {number} status 0 if there was no answer
     * @param {Object} problem the body, by RFC 9457
     */
    constructor(status, problem) {
        super(problem.detail ?? problem.title ?? `HTTP ${status}`);
        this.name = "Failure";
        this.status = status;
        /** The stable name of what is wrong, without its path: `version-mismatch`. */
        this.type = problem.type?.replace("/problems/", "") ?? "";
        this.detail = problem.detail ?? "";
        /** What is wrong with which field: `[{ pointer: "#/name", detail }]`. */
        this.errors = problem.errors ?? [];
        /** The whole body, for what else it has: `groups`, `version`, `seatsTaken`. */
        this.problem = problem;
        this.requestId = problem.requestId ?? "";
    }
}

/**
 * Whether the server can be used: `state` is "ok", "offline" (not reached) or "unavailable" (503). `asOf` is the time of the oldest copy
 * that the view shows; null if it shows none. Events: `change`, and `outdated` when the server is back and the view shows copies.
 */
class Connection extends EventTarget {
    state = "ok";
    asOf = null;
    #probing = false;

    /** Reports a temporary failure: probes until the server is ready. */
    lost(state) {
        this.#become(state);
        if (!this.#probing) {
            this.#probing = true;
            this.#probe();
        }
    }

    /** Reports that the view shows a copy of this time, because there was no answer. */
    copied(at) {
        const older = this.asOf === null || at < this.asOf;
        this.lost("offline");
        if (older) {
            this.asOf = at;
            this.dispatchEvent(new Event("change"));
        }
    }

    /** Another view is shown, without copies so far. */
    renewed() {
        this.asOf = null;
    }

    /** Probes once, and goes on probing if the server is not ready. */
    async check() {
        const state = await look();
        if (state !== "ok") {
            this.lost(state);
        }
    }

    /** Resolves when the server is ready; rejects when the signal is aborted. */
    async restored(signal) {
        while (this.state !== "ok") {
            await event(this, "change", signal);
        }
    }

    async #probe() {
        for (let wait = 500; this.#probing; wait = Math.min(wait * 1.6, 4000)) {
            await Promise.race([pause(wait), event(window, "online")]);
            const state = await look();
            this.#probing = state !== "ok";
            this.#become(state);
        }
    }

    #become(state) {
        if (this.state !== state) {
            this.state = state;
            this.dispatchEvent(new Event("change"));
            if (state === "ok" && this.asOf !== null) {
                this.dispatchEvent(new Event("outdated"));
            }
        }
    }
}

export const connection = new Connection();

async function look() {
    try {
        const answer = await fetch("/health/ready", { cache: "no-store", signal: AbortSignal.timeout(5000) });
        return answer.ok ? "ok" : "unavailable";
    } catch {
        return "offline";
    }
}

/**
 * The session has ended: `ended` is told of that where nobody needs to be asked, and returns whether the view was left; `ask` asks the
 * person to sign in, and resolves to whether they did.
 */
let authentication = { ended: () => false, ask: async () => false };

export function setAuthentication(by) {
    authentication = by;
}

/** The last change that the page was told about: what it reads must not be older, also where a replica of the database answers. */
let seen = null;

/** @param {string} change the id of its event */
export function noteSeen(change) {
    seen = change;
}

/** Idempotency keys of POSTs without a response: the same request is retried with the same key. */
const unanswered = new Map();

/**
 * @typedef {Object} Options
 * @property {Object} [query] parameters; null and undefined are left out
 * @property {AbortSignal} [signal] of the view: when the view is left, the request ends with an AbortError
 * @property {number} [version] of what is changed, for If-Match
 * @property {string} [ifUnknown] the type of the failure after a lost response, for what ends or replaces the session: a retry would be
 *     refused
 * @property {string} [accept] the media type to get, if it is not JSON; the answer is its text
 * @property {boolean} [quiet] for the frame, not the view: do not ask to sign in, a 401 is a failure like any other; and do not tell that
 *     a copy is shown
 */
export const api = {
    get: (path, options) => request("GET", path, undefined, options),
    post: (path, body, options) => request("POST", path, body, options),
    put: (path, body, options) => request("PUT", path, body, options),
    patch: (path, body, options) => request("PATCH", path, body, options),
    delete: (path, options) => request("DELETE", path, undefined, options),

    /** All items of a list, read page by page; stops after about `most` items. */
    async all(path, { query, most = 1000, ...options } = {}) {
        const items = [];
        let cursor = null;
        do {
            const page = await api.get(path, { ...options, query: { limit: 100, ...query, cursor } });
            items.push(...page.items);
            cursor = page.next;
        } while (cursor !== null && items.length < most);
        return items;
    },
};

/** The URL of an API resource, for links. */
export function apiUrl(path, query = {}) {
    const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
    return BASE + path + (given.length === 0 ? "" : `?${new URLSearchParams(given)}`);
}

async function request(method, path, body, { query, signal, version, ifUnknown, accept = JSON_TYPE, quiet = false } = {}) {
    const target = apiUrl(path, query);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const writing = method !== "GET";
    const copies = !writing && accept === JSON_TYPE;
    const call = `${method} ${target} ${text}`;
    const headers = { Accept: accept };
    if (text !== undefined) {
        headers["Content-Type"] = JSON_TYPE;
    }
    if (writing) {
        headers["X-Requested-With"] = "muster";
    } else if (seen !== null) {
        headers["Muster-Seen"] = seen;
    }
    if (version !== undefined) {
        headers["If-Match"] = `"${version}"`;
    }
    if (method === "POST") {
        headers["Idempotency-Key"] = unanswered.get(call) ?? key();
        unanswered.set(call, headers["Idempotency-Key"]);
    }
    const until = Date.now() + WRITE_RETRY_MILLIS;
    let signedOut = false;
    let uncertain = false;
    for (;;) {
        const { answer = null, failure } = await once(method, target, text, headers, signal);
        if (failure === undefined || (method === "DELETE" && uncertain && failure.status === 404)) {
            unanswered.delete(call);
            if (copies) {
                keep(target, answer);
            }
            return answer;
        }
        const copy = copies && failure.status === 0 ? await recall(target) : null;
        if (copy !== null) {
            if (quiet) {
                connection.lost("offline");
            } else {
                connection.copied(copy.at);
            }
            return copy.answer;
        }
        // The server may have done what was asked nevertheless.
        const unknown = failure.status === 0 || failure.type === "outcome-unknown";
        if (!passes(failure)) {
            unanswered.delete(call);
            const refused = failure.status === 401;
            const left = refused && !writing && !signedOut && authentication.ended();
            if (!refused || quiet || left) {
                throw failure;
            }
            if (!writing && !signedOut) {
                // The response removed the session cookie. Many resources can be read without one.
                signedOut = true;
            } else if (!(await authentication.ask())) {
                throw failure;
            }
        } else if (unknown && ifUnknown !== undefined) {
            failure.type = ifUnknown;
            throw failure;
        } else if ((unknown && version !== undefined) || (writing && Date.now() > until)) {
            throw failure;
        } else {
            uncertain ||= unknown;
            await recovery(failure, writing ? until : Infinity, signal);
        }
    }
}

async function once(method, target, body, headers, signal) {
    let response;
    let text;
    try {
        response = await fetch(target, { method, body, headers, signal });
        text = await response.text();
    } catch (lost) {
        signal?.throwIfAborted();
        return { failure: new Failure(0, { type: "offline", detail: lost.message }) };
    }
    if (response.ok) {
        return { answer: headers.Accept === JSON_TYPE ? parsed(text) : text };
    }
    const content = parsed(text);
    const failure = new Failure(response.status, content ?? {});
    failure.retryAfter = Number(response.headers.get("Retry-After") ?? 1) * 1000;
    return { failure };
}

function parsed(text) {
    try {
        return text === "" ? null : JSON.parse(text);
    } catch {
        // Such as a proxy's HTML page.
        return null;
    }
}

/** Whether the failure is temporary. */
const passes = ({ status, type }) =>
    ([0, 502, 503, 504].includes(status) && type !== "provider-unavailable") || type === "idempotency-in-flight";

/** Waits until a retry makes sense, at most until the given time. */
async function recovery(failure, until, signal) {
    if (failure.status === 0) {
        connection.lost("offline");
    } else if (failure.status !== 409) {
        connection.lost("unavailable");
        await pause(failure.retryAfter, signal);
    } else {
        await pause(failure.retryAfter, signal);
    }
    const enough = until === Infinity ? [] : [pause(Math.max(0, until - Date.now()), signal)];
    await Promise.race([connection.restored(signal), ...enough]);
}

/** A random key. `crypto.randomUUID` is available with TLS only. */
const key = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Resolves after a time in milliseconds; rejects when the signal is aborted. */
export const pause = (milliseconds, signal) =>
    new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, milliseconds);
        signal?.addEventListener("abort", () => {
            clearTimeout(timer);
            reject(signal.reason);
        });
    });

const event = (target, name, signal) =>
    new Promise((resolve, reject) => {
        target.addEventListener(name, resolve, { once: true, signal });
        signal?.addEventListener("abort", () => reject(signal.reason));
    });
