/**
 * Live changes, by server-sent events.
 *
 *     await follow(group, { signal, onchange: (change) => …, onlate: () => …, onstate: (state) => … });
 *     await follow(group, { activity, signal, onchange });
 *
 * Members can follow a group; everyone signed in can follow an activity that they can see. `change` is
 * `{ kind, id, activityId, action }`, as in `GET /groups/{g}/changes`. Await this before reading what is shown, and no change is
 * missed; if the stream opened late, `onlate` is called: read again. A reconnect resumes where the stream broke off. `state` is
 * "live", "waiting" or, after repeated refusals, "none". A hidden tab closes its connection, because browsers allow few. When the
 * group is deleted, the page says so and leaves the view. When the group or the person's own membership changes, or they may not
 * follow any more, the view is built anew.
 */

import { to } from "./address.js";
import { api, apiUrl, connection, noteSeen, pause } from "./api.js";
import { t } from "./i18n.js";
import { go, refresh } from "./navigation.js";
import { mayNotSee } from "./problems.js";
import { session } from "./session.js";
import { toast } from "./ui/toasts.js";

/** How long a view waits for the stream. Then it continues without, and `onlate` is called when the stream opens. */
const OPENING_MILLIS = 400;
const LONGEST_MILLIS = 60_000;
const MOST_REFUSALS = 6;

/** Resolves when the stream is open, or when the wait is over. */
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
            noteSeen(cursor);
            const change = JSON.parse(event.data);
            if (change.kind === "group" && change.action === "deleted") {
                close();
                go(to(""));
                toast(t("ui.groupDeleted"));
            } else if (change.kind === "group" || (change.kind === "member" && change.id === session.user?.id)) {
                refresh();
            } else {
                onchange(change);
            }
        });
        source.addEventListener("error", broken);
    };
    const broken = async () => {
        onstate("waiting");
        const refused = source?.readyState === EventSource.CLOSED;
        try {
            await connection.check();
            // Otherwise the browser reconnects by itself.
            if (refused) {
                close();
                late = cursor === null;
                refusals += connection.state === "ok" ? 1 : 0;
                await connection.restored(signal);
                await pause(Math.min(500 * 2 ** refusals, LONGEST_MILLIS), signal);
                if (refusals > 0) {
                    // Whose session has ended leaves the view.
                    await api.get("/me", { signal });
                }
                if (refusals > MOST_REFUSALS) {
                    onstate("none");
                } else if (refusals > 0 && (await mayNotFollow(group, activity, signal))) {
                    refresh();
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

/** Whether the person cannot follow any more: an activity that they do not see, a group of which they are no member. */
function mayNotFollow(group, activity, signal) {
    const read = activity
        ? api.get(`/groups/${group}/activities/${activity}`, { signal })
        : api.get(`/groups/${group}/changes`, { query: { after: "now" }, signal });
    return read.then(() => false, mayNotSee);
}
