/** {@code mvn verify -Pfaults}: faults that are really caused, under constant load, and what the clients saw of them. */
package org.muster.faults;
