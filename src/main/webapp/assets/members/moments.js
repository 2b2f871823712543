/** Doing something at the moments at which what is shown changes by itself. */

import { pause } from "../api.js";

/** A device that was asleep notices within this time that a moment has come. */
const LONGEST_WAIT = 60_000;
/** The server's clock may be a little behind. */
const LATER = 500;

/** Runs this soon after each of these instants that is to come, until the view is left; null is no instant. */
export async function atMoments(instants, run, signal) {
    const moments = instants.filter(Boolean).map((instant) => +new Date(instant) + LATER);
    try {
        for (const moment of moments.filter((one) => one > Date.now()).sort((one, other) => one - other)) {
            while (Date.now() < moment) {
                await pause(Math.min(moment - Date.now(), LONGEST_WAIT), signal);
            }
            run();
        }
    } catch {
        // The view was left.
    }
}
