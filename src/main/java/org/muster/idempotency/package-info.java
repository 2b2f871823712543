/** Idempotency keys: a POST request is executed once, even if it is sent again. */
package org.muster.idempotency;
