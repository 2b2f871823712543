/** {@code mvn verify -Pcluster}: two Musters behind HAProxy, on a cluster of Patroni, whose parts fail under load. */
package org.muster.cluster;
