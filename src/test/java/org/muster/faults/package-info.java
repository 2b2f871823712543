/** {@code mvn verify -Pfaults}: causes faults under constant load, and measures what clients see. */
package org.muster.faults;
