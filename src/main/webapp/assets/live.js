/**
 * A group's changes as they happen, by server-sent events.
 *
 *     follow(group, { signal, onchange: (change) => …, onstate: (state) => … });
 *
 * `change` is `{ kind, id, activityId, action }`, as `GET /groups/{g}/changes` has it. No change is missed while the
 * connection is away: it goes on from the last one. `state` is "live", "waiting" or, for who is no member, "none".
 * A tab that is not looked at lets its connection go, for browsers have few.
 */

import { address, api, connection, pause } from "./api.js";

const RECONNECT_MILLIS = 1000;

export function follow(group, { signal, onchange, onstate = () => {} }) {
    const path = `/groups/${group}/changes`;
    let source = null;
    let cursor;

    const close = () => {
        source?.close();
        source = null;
    };
    const open = () => {
        if (source !== null || signal.aborted || document.hidden || cursor === undefined) {
            return;
        }
        source = new EventSource(address(path, { after: cursor }));
        source.addEventListener("open", () => onstate("live"));
        source.addEventListener("change", (event) => {
            cursor = event.lastEventId;
            onchange(JSON.parse(event.data));
        });
        source.addEventListener("error", () => {
            close();
            onstate("waiting");
            again();
        });
    };
    const again = async () => {
        await connection.suspect();
        await pause(RECONNECT_MILLIS);
        begin();
    };
    const begin = async () => {
        try {
            // Tells at the same time whether following is allowed, which an EventSource does not.
            const now = await api.get(path, { query: { after: cursor ?? "now", limit: 1 }, signal, quiet: true });
            cursor ??= now.next;
            open();
        } catch (failure) {
            if (!signal.aborted) {
                onstate("none");
            }
        }
    };

    signal.addEventListener("abort", close);
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()), { signal });
    begin();
}
