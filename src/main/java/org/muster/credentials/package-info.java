/**
 * The database credentials: their sources, AWS Secrets Manager or the environment, and their rotation. A refused login: see
 * {@code LoginFallback} in {@code connections}.
 */
package org.muster.credentials;
