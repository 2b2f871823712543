/** The service worker, which keeps the page itself, so that it opens without the server. */

const WORKER = "/service-worker.js";

/** The only policy of the page, and its only address. */
const policy = globalThis.trustedTypes?.createPolicy("muster-worker", { createScriptURL: () => WORKER });

/** Starts the service worker, and has it keep what the page loads, also before the worker is in charge. */
export async function startWorker() {
    try {
        await navigator.serviceWorker.register(policy?.createScriptURL("") ?? WORKER);
        const { active } = await navigator.serviceWorker.ready;
        const loaded = new PerformanceObserver((list) =>
            active.postMessage(list.getEntries().map(({ name }) => name).filter((name) => name.includes("/assets/"))),
        );
        loaded.observe({ type: "resource", buffered: true });
    } catch {
        // Some browsers have none, without TLS or in private windows: the page works as before.
    }
}
