/** The connection layer: settings, credentials, schema, start-up, the pool's truth, and {@link org.muster.database.Sql}. */
package org.muster.database;
