/** {@code mvn verify -Pbench}: Muster measured beside other stacks, pgbench, and itself on a small database. */
package org.muster.bench;
