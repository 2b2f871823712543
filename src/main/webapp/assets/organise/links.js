/** Addresses to hand to others. */

import { to } from "../routes.js";

/** Where somebody who has an invitation's token accepts it. */
export const inviteLink = (token) => `${location.origin}${location.pathname}${to("invitations", token)}`;
