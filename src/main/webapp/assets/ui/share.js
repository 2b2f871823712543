/** Passing a view on to others. */

import { absolute } from "../address.js";
import { t } from "../i18n.js";
import { action } from "./actions.js";
import { copy } from "./copyable.js";

/** A button that shares the address of a view with the device's own means, or copies it. */
export const shareButton = (title, address) =>
    action(
        t("ui.share"),
        async () => {
            const url = absolute(address);
            if (!navigator.share) {
                await copy(url);
                return;
            }
            try {
                await navigator.share({ title, url });
            } catch (failure) {
                // The person changed their mind.
                if (failure.name !== "AbortError") {
                    await copy(url);
                }
            }
        },
        { kind: "quiet", icon: "share", offline: true },
    );
