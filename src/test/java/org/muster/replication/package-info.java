/** Muster on a database with standbys. */
package org.muster.replication;
