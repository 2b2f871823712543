/**
 * The life cycle of the application: startup, monitoring of the database, readiness, background threads, and graceful shutdown. Depends
 * on the database and its connections; models do not depend on it.
 */
package org.muster.lifecycle;
