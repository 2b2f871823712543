/** {@code /metrics}: what Muster measures of itself, in Prometheus' format, under the names that dashboards know. */
package org.muster.metrics;
