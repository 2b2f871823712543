/** The person's own sign-up for an activity: creating, changing and cancelling it. */

import { api } from "../api.js";
import { h, replace } from "../dom.js";
import { momentIn, t } from "../i18n.js";
import { icon } from "../icons.js";
import { session } from "../session.js";
import { action } from "../ui/actions.js";
import { confirm } from "../ui/dialogs.js";
import { field, form } from "../ui/forms.js";
import { keepPlace } from "../ui/keep-place.js";
import { announce, toast } from "../ui/toasts.js";
import { begin, drop } from "./begun.js";

/**
 * The card with the person's own sign-up. Live updates keep unsaved input.
 *
 * @param {Object} activity as the API has it
 * @param {string} path its path in the API
 * @param {() => void} update reads the live data again
 * @returns {{element: Element, show: (availability: Object, mine: ?Object) => void}}
 */
export function placeCard(activity, path, update) {
    const element = h("div", { class: "place" });
    let before;
    let drawn;

    const tell = (mine) => {
        const was = before;
        before = mine?.state ?? null;
        if (was === "waiting" && before === "confirmed") {
            toast(t("place.promoted"));
        } else if (was === "confirmed" && before === null) {
            announce(t("place.none"));
        }
    };
    const show = (availability, mine) => {
        tell(mine);
        const mode = wanted(activity, availability, mine);
        const key = JSON.stringify([mode, mine, session.user?.id]);
        if (key === drawn) {
            return;
        }
        drawn = key;
        keepPlace(element, () => replace(element, draw(mode, mine)));
    };
    const draw = (mode, mine) => [
        mine && activity.state !== "cancelled" && own(mine),
        mode.closed && h("p", { class: "muted" }, mode.closed),
        !mode.closed && (!mine || activity.guestsAllowed > 0) && signUpForm(mode, mine),
        mine && mode.leaves && leave(mine),
    ];
    const signUpForm = (mode, mine) =>
        form({
            fields: [activity.guestsAllowed > 0 && guestsField(activity, mine)].filter(Boolean),
            submit: mine ? t("place.change") : t(mode.queue ? "place.wait" : "place.take"),
            kind: mine ? null : "primary",
            async onsubmit({ guests }, filled, { reload }) {
                const count = Number(guests ?? 0);
                if (mine?.state === "waiting" && count > mine.guests && !(await confirm(toTheTail()))) {
                    return;
                }
                const signedOut = session.user === null;
                if (signedOut) {
                    begin(path, count);
                }
                const now = await api.put(`${path}/signups/me`, { guests: count });
                drop();
                toast(now.state === "waiting" ? t("place.nowWaiting", { position: now.position }) : t("place.nowIn"));
                if (signedOut) {
                    reload();
                } else {
                    drawn = "";
                    update();
                }
            },
        });
    const leave = (mine) =>
        action(
            t(mine.state === "waiting" ? "place.stopWaiting" : "place.giveUp"),
            async () => {
                const sure = await confirm({
                    title: t(mine.state === "waiting" ? "place.stopWaiting" : "place.giveUp"),
                    text: t(mine.state === "waiting" ? "place.stopWaitingText" : "place.giveUpText"),
                    yes: t(mine.state === "waiting" ? "place.stopWaiting" : "place.giveUp"),
                    no: t(mine.state === "waiting" ? "place.keepWaiting" : "place.keep"),
                    danger: true,
                });
                if (sure) {
                    await api.delete(`${path}/signups/me`);
                    before = null;
                    toast(t("place.left"));
                    update();
                }
            },
            { kind: "quiet" },
        );
    return { element, show };
}

/** What the person can do now: `closed` says why they cannot sign up; `leaves` whether they can cancel. */
function wanted(activity, { open, capacity, seatsFree, waiting }, mine) {
    const begun = new Date(activity.startsAt) <= Date.now();
    const leaves = !begun && activity.state === "published";
    const queue = capacity !== null && (seatsFree === 0 || waiting > 0);
    if (!open) {
        return { closed: why(activity, begun, queue && !activity.waitlist && !mine), leaves };
    }
    return { queue, leaves };
}

function why(activity, begun, full) {
    const now = Date.now();
    if (activity.state !== "published") {
        return t(activity.state === "cancelled" ? "place.cancelled" : "place.draft");
    }
    if (begun) {
        return t(new Date(activity.endsAt) < now ? "place.over" : "place.begun");
    }
    if (activity.signupOpensAt && new Date(activity.signupOpensAt) > now) {
        return t("place.opens", { time: momentIn(activity.zone, activity.signupOpensAt) });
    }
    if (activity.signupClosesAt && new Date(activity.signupClosesAt) <= now) {
        return t("place.closedAt", { time: momentIn(activity.zone, activity.signupClosesAt) });
    }
    return t(full ? "place.fullNoQueue" : "place.closed");
}

const toTheTail = () => ({ title: t("place.tail"), text: t("place.tailText"), yes: t("place.change"), no: t("place.keepTurn") });

function own(mine) {
    const waiting = mine.state === "waiting";
    return h(
        "div",
        { class: ["own", mine.state], role: "status" },
        icon(waiting ? "clock" : "check"),
        h(
            "div",
            null,
            h(
                "p",
                { class: "strong" },
                waiting ? t("place.waiting", { position: mine.position }) : t("place.youAreIn"),
            ),
            h(
                "p",
                { class: "small" },
                waiting ? t("place.waitingText") : mine.guests > 0 && t("place.withGuests", { count: mine.guests }),
            ),
        ),
    );
}

const guestsField = (activity, mine) =>
    field({
        name: "guests",
        label: t("place.guests"),
        type: "select",
        value: String(mine?.guests ?? 0),
        options: Array.from({ length: activity.guestsAllowed + 1 }, (_, count) => [
            String(count),
            count === 0 ? t("place.alone") : t("place.guestCount", { count }),
        ]),
    });
