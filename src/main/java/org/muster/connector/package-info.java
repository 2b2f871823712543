/**
 * Where the server's pool and the application meet. Depends on the JDK only, so that it can also live in a small jar of
 * its own beside a server.
 */
package org.muster.connector;
