/** Muster behind PgBouncer. */
package org.muster.poolers;
