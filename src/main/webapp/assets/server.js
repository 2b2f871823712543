/** How this server is configured: `{ registration, mail, provider, offlineCopies }`. Browsers keep it for a minute. */

import { api } from "./api.js";

export const server = (signal) => api.get("/server", { signal });
