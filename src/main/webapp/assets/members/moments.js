/** Doing something at the moments at which what is shown changes by itself. */

/** A device that was asleep notices within this time that a moment has come. */
const LONGEST_WAIT = 60_000;
/** The server's clock may be a little behind. */
const LATER = 500;

/** Runs this soon after each of these instants that is to come, until the view is left; null is no instant. */
export function atMoments(instants, run, signal) {
    const moments = instants
        .filter(Boolean)
        .map((instant) => +new Date(instant) + LATER)
        .filter((moment) => moment > Date.now())
        .sort((one, other) => one - other);
    let timer;
    const wait = () => {
        if (moments.length > 0) {
            timer = setTimeout(check, Math.min(moments[0] - Date.now(), LONGEST_WAIT));
        }
    };
    const check = () => {
        if (Date.now() >= moments[0]) {
            moments.shift();
            run();
        }
        wait();
    };
    wait();
    signal.addEventListener("abort", () => clearTimeout(timer));
}
