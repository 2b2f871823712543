/**
 * The bridge between the server's pool and the application. It depends on the JDK only, so that it can also be installed in
 * a server as a separate jar.
 */
package org.muster.connector;
