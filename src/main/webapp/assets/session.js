/** Who is signed in. The token is in a cookie that no script can read; the page only knows whose it is. */

import { api, authenticateBy } from "./api.js";

/** The cookie that says that there is one with the token. */
const HINT = "muster-session";

class Session extends EventTarget {
    /** The account, as `GET /me` gives it; null for a stranger, undefined until that is known. */
    user = undefined;

    /** Asks the server who this is, if there may be a session. */
    async load(signal) {
        try {
            if (!document.cookie.includes(`${HINT}=`)) {
                this.#become(null);
                return;
            }
            this.#become(await api.get("/me", { signal, quiet: true }));
        } catch (failure) {
            if (failure.status !== 401) {
                throw failure;
            }
            this.#become(null);
        }
    }

    async signIn(email, password) {
        await api.post("/sessions", { email, password, cookie: true }, { quiet: true });
        await this.load();
    }

    async signOut() {
        await api.delete("/sessions", { quiet: true }).catch((failure) => {
            // Then it had ended already.
            if (failure.status !== 401) {
                throw failure;
            }
        });
        this.#become(null);
    }

    /** The session is gone on the server, with the account or without. */
    ended() {
        if (this.user !== null) {
            this.#become(null);
        }
    }

    /** The account has changed, and is this now. */
    update(user) {
        this.#become(user);
    }

    #become(user) {
        const other = user?.id !== this.user?.id || this.user === undefined;
        this.user = user;
        if (user === null) {
            document.cookie = `${HINT}=; Path=/; Max-Age=0; SameSite=Strict`;
        }
        // `change`: somebody else is signed in, or nobody; `update`: the same person, maybe with another name.
        this.dispatchEvent(new Event(other ? "change" : "update"));
    }
}

export const session = new Session();

/** Has somebody who needs to sign in do so, by this; it answers whether they did. */
export const askBy = (ask) => authenticateBy({ ask, ended: () => session.ended() });
