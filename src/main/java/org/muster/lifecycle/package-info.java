/**
 * What happens around requests: start-up, watching the database, readiness, and the orderly shutdown. Knows the database
 * and its connections; models know nothing of it.
 */
package org.muster.lifecycle;
