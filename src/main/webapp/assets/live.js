/**
 * Changes as they happen, by server-sent events.
 *
 *     await follow(group, { signal, onchange: (change) => …, onlate: () => …, onstate: (state) => … });
 *     await follow(group, { activity, signal, onchange });
 *
 * A group's changes are for its members; those of one activity are for everybody signed in who may see it. `change` is
 * `{ kind, id, activityId, action }`, as `GET /groups/{g}/changes` has it. Who waits for this before reading what is to be
 * shown misses nothing; `onlate` is called if it began too late for that: read anew. While the connection is away nothing is
 * missed. `state` is "live" or "waiting"; "none" if it cannot be. A tab that is not looked at lets its connection go, for browsers have few.
 */

import { apiUrl, connection, pause } from "./api.js";

/** So long a view waits for the connection; then it goes on without, and reads anew when it is there. */
const OPENING_MILLIS = 400;
const LONGEST_MILLIS = 60_000;
const MOST_REFUSALS = 6;

/** Resolves when changes are told from then on, or could not be soon. */
export function follow(group, { activity, signal, onchange, onlate = () => {}, onstate = () => {} }) {
    const path = activity ? `/groups/${group}/activities/${activity}/changes` : `/groups/${group}/changes`;
    let source = null;
    let cursor = null;
    let refusals = 0;
    let late = false;
    let opened;
    const ready = new Promise((resolve) => (opened = resolve));

    const close = () => {
        source?.close();
        source = null;
    };
    const hide = () => {
        close();
        late = cursor === null;
    };
    const open = () => {
        if (source !== null || signal.aborted || document.hidden) {
            return;
        }
        source = new EventSource(apiUrl(path, { after: cursor }));
        source.addEventListener("open", () => {
            refusals = 0;
            onstate("live");
            opened();
            if (late) {
                late = false;
                onlate();
            }
        });
        source.addEventListener("change", (event) => {
            cursor = event.lastEventId;
            onchange(JSON.parse(event.data));
        });
        source.addEventListener("error", broken);
    };
    const broken = async () => {
        onstate("waiting");
        const refused = source?.readyState === EventSource.CLOSED;
        try {
            await connection.suspect();
            // Else the browser comes back by itself.
            if (refused) {
                close();
                late = cursor === null;
                refusals += connection.state === "ok" ? 1 : 0;
                await connection.back(signal);
                await pause(Math.min(500 * 2 ** refusals, LONGEST_MILLIS), signal);
                if (refusals > MOST_REFUSALS) {
                    onstate("none");
                } else {
                    open();
                }
            }
        } catch {
            // The view was left.
        }
    };

    signal.addEventListener("abort", close);
    document.addEventListener("visibilitychange", () => (document.hidden ? hide() : open()), { signal });
    open();
    return Promise.race([ready, pause(OPENING_MILLIS).then(() => (late = source?.readyState !== EventSource.OPEN))]);
}
