/** Showing what changes. */

const LEAST_MILLIS = 500;

/** Does this soon, and then not too often: what is asked for meanwhile is done once, afterwards. */
export function often(run, signal) {
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
