/** Liveness, readiness and start-up checks, in MicroProfile Health's JSON, on the application's own port. */
package org.muster.health;
