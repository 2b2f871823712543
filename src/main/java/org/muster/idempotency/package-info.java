/** POST requests that are sent again, because their answer was lost, act once. */
package org.muster.idempotency;
