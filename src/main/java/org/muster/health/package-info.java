/** Liveness, readiness and startup checks in the JSON format of MicroProfile Health, on the port of the application. */
package org.muster.health;
