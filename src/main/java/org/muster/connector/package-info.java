/**
 * Opens physical connections for the server's pool. Depends on the JDK and the driver only, and meets the application
 * through JDK types, so that it can also live in a small jar of its own beside a server.
 */
package org.muster.connector;
