/** The session. Its token is in a cookie that scripts cannot read; the page knows only the account. */

import { api, setAuthentication } from "./api.js";
import { forget, keepFor } from "./copies.js";
import { renew, unsubscribe } from "./push.js";
import { server } from "./server.js";

/** Readable cookies that say that there is a session: under TLS, and without. */
const HINTS = ["__Host-muster-session", "muster-session"];
/** Whose the session is: the id of the account, empty if nobody is signed in. All tabs share the cookie, and cannot read it. */
const SHARED = "muster.account";
/** Begins the names of what was typed; the id of whose it is follows. */
const TYPED = "muster.typed.";

class Session extends EventTarget {
    /** The account, as in `GET /me`; null if nobody is signed in, undefined until that is known. */
    user = undefined;

    /** Reads the account, if there may be a session. */
    async load(signal) {
        try {
            if (!document.cookie.includes("muster-session=")) {
                this.#become(null);
                return;
            }
            this.#become(await api.get("/me", { signal, quiet: true }));
            // Messages to this browser may have ended with an earlier session of the same person.
            renew(this.user);
        } catch (failure) {
            if (failure.status !== 401) {
                throw failure;
            }
            this.#become(null);
        }
    }

    /** @param {string} [code] of the second factor */
    async signIn(email, password, code) {
        await api.post("/sessions", { email, password, code, cookie: true }, { quiet: true });
        await this.load();
    }

    async signOut() {
        await forget();
        // The push service may not answer.
        unsubscribe().catch(() => {});
        await api.delete("/sessions", { quiet: true }).catch((failure) => {
            // The session had already ended.
            if (failure.status !== 401) {
                throw failure;
            }
        });
        this.clear();
    }

    /** Nobody is signed in any more, and nothing that they typed is left in this tab. */
    clear() {
        forgetTyped(null);
        this.#become(null);
    }

    /** The session has ended on the server. Returns whose it was; null if nobody was signed in. */
    ended() {
        const user = this.user ?? null;
        if (this.user !== null) {
            this.#become(null);
        }
        return user;
    }

    /** The account was changed. */
    update(user) {
        this.#become(user);
    }

    /** Whether another tab has signed in somebody else, or out: what is shown here is not of the person for whom requests act. */
    get isReplaced() {
        const shared = read(SHARED);
        return this.user !== undefined && shared !== null && shared !== idOf(this.user);
    }

    #become(user) {
        const other = user?.id !== this.user?.id || this.user === undefined;
        this.user = user;
        keepFor(user, async () => (await server()).offlineCopies);
        if (user === null) {
            for (const hint of HINTS) {
                document.cookie = `${hint}=; Path=/; Max-Age=0; SameSite=Strict${hint.startsWith("__Host-") ? "; Secure" : ""}`;
            }
        } else {
            forgetTyped(user.id);
        }
        share(idOf(user));
        // `change`: another person is signed in, or nobody; `update`: the account was changed.
        this.dispatchEvent(new Event(other ? "change" : "update"));
    }
}

const idOf = (user) => user?.id ?? "";

function read(name) {
    try {
        return localStorage.getItem(name);
    } catch {
        // The browser stores nothing.
        return null;
    }
}

/** Tells the other tabs. */
function share(id) {
    if (read(SHARED) !== id) {
        try {
            // Where there is no room for another, none is better than the one before.
            localStorage.removeItem(SHARED);
            localStorage.setItem(SHARED, id);
        } catch {
            // The browser stores nothing.
        }
    }
}

/** The name under which a person's input is kept in this tab. */
export const typedName = (name) => `${TYPED}${session.user?.id}.${name}`;

/** Deletes what was typed in this tab by anybody but the owner, who may be null. */
function forgetTyped(owner) {
    try {
        for (const name of Object.keys(sessionStorage)) {
            if (name.startsWith(TYPED) && !name.startsWith(`${TYPED}${owner}.`)) {
                sessionStorage.removeItem(name);
            }
        }
    } catch {
        // The browser stores nothing.
    }
}

export const session = new Session();

/**
 * Sets how a person is asked to sign in: `ask` gets whose session has ended, or null, and resolves to whether they did; and what is
 * done where nobody has to be asked: `leave`.
 */
export const onSignInNeeded = (ask, leave) =>
    setAuthentication({
        ask: () => ask(session.ended()),
        ended() {
            const somebody = session.ended() !== null;
            if (somebody) {
                leave();
            }
            return somebody;
        },
    });
