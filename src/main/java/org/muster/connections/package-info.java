/**
 * The connection layer: opens connections for the server's pool, detects dead ones, breaks the circuit in an outage, and lends
 * connections within the acquire timeout.
 */
package org.muster.connections;
