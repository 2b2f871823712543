/** Doing something not too often. */

const LEAST_MILLIS = 500;

/** Answers a function that does this at once, and then at most twice a second; calls in between lead to one more run. */
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
            if (!signal.aborted) {
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
