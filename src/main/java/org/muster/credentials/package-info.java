/** The database credentials: their sources, AWS Secrets Manager or the environment, and their rotation. */
package org.muster.credentials;
