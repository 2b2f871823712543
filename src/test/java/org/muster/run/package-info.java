/** Runs Muster on a developer's machine: an embedded PostgreSQL and Payara Micro, started and stopped in order. */
package org.muster.run;
