/** {@code /metrics}: metrics in the Prometheus text format, under the names that common dashboards use. */
package org.muster.metrics;
