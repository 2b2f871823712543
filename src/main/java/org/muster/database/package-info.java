/** What models use: {@link org.muster.database.Sql}, the schema, ids, retries, and the errors of the database. */
package org.muster.database;
