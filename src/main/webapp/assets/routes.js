/**
 * All views, by their paths. A segment that begins with a colon is a parameter; fixed segments come first, so `special` does. `signedIn`: the view
 * needs a session. `withoutDatabase`: the view opens before the session is known, so it works during an outage. `withoutSecondFactor`:
 * it opens also for somebody who must set up a second factor first. `secret`: the parameter behind the `#` without which there is no
 * such view. `PagePaths` on the server lists the same paths.
 *
 * A view's module exports `view({ params, query, signal })`, which returns an element made by `page` of `ui/page.js`. `signal` is
 * aborted when the view is left. The heading becomes the document's title.
 *
 * Only `app.js` imports this module, for it imports all views. Views make addresses with `address.js`.
 */

import { parse } from "./address.js";

/** What ids, slugs and tokens consist of: parameters become parts of the paths of requests. */
const PARAMETER = /^[\w-]+$/;

/** What members and strangers see. */
const everyday = [
    { path: "", load: () => import("./members/home.js") },
    { path: "sign-in", load: () => import("./members/sign-in.js"), withoutSecondFactor: true },
    { path: "sign-up", load: () => import("./members/sign-up.js") },
    { path: "forgot-password", load: () => import("./members/forgot-password.js"), withoutSecondFactor: true },
    { path: "reset", load: () => import("./members/reset.js"), withoutSecondFactor: true },
    { path: "verify", load: () => import("./members/verify.js"), signedIn: true },
    { path: "groups", load: () => import("./members/groups.js") },
    { path: "groups/:group", load: () => import("./members/group.js") },
    { path: "groups/:group/activities/:activity", load: () => import("./members/activity.js") },
    { path: "invitations", load: () => import("./members/invitation.js"), secret: "token" },
    { path: "unsubscribe", load: () => import("./members/unsubscribe.js"), secret: "token", withoutSecondFactor: true },
    { path: "notifications", load: () => import("./members/notifications.js"), signedIn: true },
    { path: "me", load: () => import("./members/me.js"), signedIn: true },
];

/** What organizers and operators see. */
const special = [
    { path: "groups/new", load: () => import("./organize/new-group.js"), signedIn: true },
    { path: "groups/import", load: () => import("./organize/import.js"), signedIn: true },
    { path: "groups/:group/members", load: () => import("./organize/members.js"), signedIn: true },
    { path: "groups/:group/invitations", load: () => import("./organize/invitations.js"), signedIn: true },
    { path: "groups/:group/settings", load: () => import("./organize/settings.js"), signedIn: true },
    { path: "groups/:group/audit", load: () => import("./organize/audit.js"), signedIn: true },
    { path: "groups/:group/series", load: () => import("./organize/series-list.js"), signedIn: true },
    { path: "groups/:group/series/new", load: () => import("./organize/new-series.js"), signedIn: true },
    { path: "groups/:group/series/:series", load: () => import("./organize/series.js"), signedIn: true },
    { path: "groups/:group/activities/new", load: () => import("./organize/new-activity.js"), signedIn: true },
    {
        path: "groups/:group/activities/:activity/edit",
        load: () => import("./organize/edit-activity.js"),
        signedIn: true,
    },
    { path: "groups/:group/activities/:activity/queue", load: () => import("./organize/queue.js"), signedIn: true },
    {
        path: "groups/:group/activities/:activity/attendance",
        load: () => import("./organize/attendance.js"),
        signedIn: true,
    },
    { path: "groups/:group/activities/:activity/sheet", load: () => import("./organize/sheet.js"), signedIn: true },
    { path: "operate/accounts", load: () => import("./operate/accounts.js"), signedIn: true },
    { path: "operate", load: () => import("./operate/database.js"), signedIn: true, withoutDatabase: true },
];

const routes = [...special, ...everyday];

/** Loads the modules of everyday views, so that they open without the server. */
export const preload = () => Promise.allSettled(everyday.map(({ load }) => load()));

/** The route of an address: `{ route, params, query }`; null if there is none. */
export function match(address) {
    const { segments, query } = parse(address);
    for (const route of routes) {
        const wanted = route.path.split("/");
        const params = Object.fromEntries(
            wanted.map((part, i) => [part.slice(1), segments[i]]).filter((entry, i) => wanted[i][0] === ":"),
        );
        if (route.secret) {
            params[route.secret] = query[route.secret];
        }
        if (
            wanted.length === segments.length &&
            wanted.every((part, i) => part[0] === ":" || part === segments[i]) &&
            Object.values(params).every((value) => PARAMETER.test(value ?? ""))
        ) {
            return { route, params, query };
        }
    }
    return null;
}
