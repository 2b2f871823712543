/**
 * Connections that do not let requests down: opening them for the server's pool, finding the dead ones, knowing when the
 * database is away, and lending them out within a promised time.
 */
package org.muster.connections;
