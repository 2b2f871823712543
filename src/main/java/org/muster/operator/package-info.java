/** The status of the database connections, for operators: current state, recent history, incidents, and a live stream. */
package org.muster.operator;
