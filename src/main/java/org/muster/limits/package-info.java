/**
 * Limits that protect others: {@link org.muster.limits.RateLimits} are counted in PostgreSQL, for all nodes; {@link
 * org.muster.limits.NodeRateLimits} and {@link org.muster.limits.ConcurrencyLimits} in memory, for this one.
 */
package org.muster.limits;
