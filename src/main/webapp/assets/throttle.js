/** Reading what has changed, not too often. */

import { refresh } from "./navigation.js";
import { mayNotSee } from "./problems.js";

const LEAST_MILLIS = 500;

/**
 * Answers a function that does this at once, and then at most twice a second; calls in between lead to one more run. If somebody may
 * see less than before, the view is built anew.
 */
export function throttle(run, signal) {
    let running = false;
    let wanted = false;
    const turn = async () => {
        if (running) {
            wanted = true;
            return;
        }
        running = true;
        try {
            await run();
        } catch (failure) {
            if (!signal.aborted && mayNotSee(failure)) {
                refresh();
            } else if (!signal.aborted) {
                console.error(failure);
            }
        }
        setTimeout(() => {
            running = false;
            if (wanted && !signal.aborted) {
                wanted = false;
                turn();
            }
        }, LEAST_MILLIS);
    };
    return turn;
}
