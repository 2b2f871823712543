/** Signing in with the provider of the server, on its own site. */

import { parse, to } from "../address.js";
import { api } from "../api.js";
import { h, put } from "../dom.js";
import { here, t } from "../i18n.js";
import { logUnexpected } from "../problems.js";
import { server } from "../server.js";
import { action } from "../ui/actions.js";

/** A place for what there is only with a provider. The view does not wait until that is known. */
export function ifProvided(signal, make) {
    const place = h("div", { class: "provided" });
    server(signal)
        .then(({ provider }) => provider && put(place, make(provider)))
        .catch((failure) => failure.name === "AbortError" || logUnexpected(failure));
    return place;
}

/** The button that leads there, and back to a view. */
export const providerButton = ({ name }, next) =>
    action(t("signIn.provider", { name }), () => leave(attempt(next)), { icon: "key" });

/** Sends the browser to the provider. */
export async function leave(wanted) {
    const { url } = await api.post("/sessions/provider", wanted, { quiet: !wanted.link });
    location.assign(url);
}

/** A sign-in that comes back to a view. Of an invitation, its token goes along: a new account accepts it. */
function attempt(next) {
    const { segments, query } = parse(next);
    const invitation = segments[0] === "invitations" && query.token;
    return {
        returnTo: invitation ? to("") : returnable(next.split("#")[0]),
        zone: here(),
        ...(invitation && { invitation }),
    };
}

/** What is behind the `#` does not come back; from an address that the server does not take, the home page does. */
const returnable = (address) => (/^\/(?!\/)[\w/?=&.~-]*$/.test(address) ? address : to(""));
