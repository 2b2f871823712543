/** What this server offers to people without an account: `{ registration, mail, provider }`. Browsers keep it for a minute. */

import { api } from "./api.js";

export const server = (signal) => api.get("/server", { signal });
