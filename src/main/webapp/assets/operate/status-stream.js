/**
 * The live status of the database connections.
 *
 *     followStatus({ signal, onstatus: (status) => …, onstate: (state, failure) => … });
 *
 * `status` is the body of `GET /operator/database`, sent each second and on each event. `state` is "live", "lost" after two
 * seconds without data, or "refused" with the failure. The stream reconnects by itself, unless the person has no access. A hidden
 * tab closes its connection.
 */

import { api, apiUrl, Failure, pause } from "../api.js";

const PATH = "/operator/database";
const SILENCE_MILLIS = 2000;
const LOOK_MILLIS = 100;
const AGAIN_MILLIS = 500;
/** As much as the server keeps. */
const SECONDS = 900;

export function followStatus({ signal, onstatus, onstate }) {
    let source = null;
    let status = null;
    let lastEventAt = performance.now();
    let state = "";

    const become = (next, failure) => {
        if (state !== next || failure) {
            state = next;
            onstate(next, failure);
        }
    };
    const close = () => {
        source?.close();
        source = null;
    };
    const take = (next) => {
        lastEventAt = performance.now();
        status = next;
        become("live");
        onstatus(status);
    };
    const open = () => {
        if (source !== null || signal.aborted || document.hidden) {
            return;
        }
        source = new EventSource(apiUrl(PATH));
        source.addEventListener("whole", (event) => take(JSON.parse(event.data)));
        source.addEventListener("news", (event) => take(continued(status, JSON.parse(event.data))));
        source.addEventListener("error", () => {
            // After a refusal it does not try again, and does not say what it was.
            if (source?.readyState === EventSource.CLOSED) {
                close();
                ask();
            }
        });
    };
    const ask = async () => {
        try {
            const failure = await refusal(signal);
            if (failure?.status === 401) {
                // Has the person sign in.
                await api.get("/me", { signal });
            } else if (failure) {
                become("refused", failure);
            }
            if (failure?.status !== 403) {
                await pause(AGAIN_MILLIS, signal);
                open();
            }
        } catch (failure) {
            if (!signal.aborted) {
                become("refused", failure);
            }
        }
    };

    const look = setInterval(() => {
        if (state !== "refused" && !document.hidden && performance.now() - lastEventAt > SILENCE_MILLIS) {
            become("lost");
        }
    }, LOOK_MILLIS);
    signal.addEventListener("abort", () => {
        clearInterval(look);
        close();
    });
    document.addEventListener(
        "visibilitychange",
        () => {
            if (document.hidden) {
                close();
            } else {
                lastEventAt = performance.now();
                open();
            }
        },
        { signal },
    );
    open();
}

/** Why the server refuses it; null if it does not any more, or is not there. */
async function refusal(signal) {
    try {
        const answer = await fetch(apiUrl(PATH), {
            headers: { Accept: "application/json" },
            cache: "no-store",
            signal,
        });
        return answer.ok ? null : new Failure(answer.status, await answer.json());
    } catch (lost) {
        signal.throwIfAborted();
        return null;
    }
}

/** What was seen, with what is new. */
function continued(before, news) {
    const history = Object.fromEntries(
        Object.entries(before.history).map(([name, values]) => [
            name,
            news.history ? values.concat(news.history[name]).slice(-SECONDS) : values,
        ]),
    );
    return { ...before, ...news, history };
}
