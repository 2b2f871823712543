/** Of runs that overlap, the last counts. */

/**
 * Answers a function that runs this. What it resolves to, or fails with, is passed on unless a later run has begun: then it resolves to
 * undefined.
 */
export function latest(run) {
    let last = 0;
    return async (...args) => {
        last += 1;
        const own = last;
        try {
            const result = await run(...args);
            return own === last ? result : undefined;
        } catch (failure) {
            if (own === last) {
                throw failure;
            }
            return undefined;
        }
    };
}
