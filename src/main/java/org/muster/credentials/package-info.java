/** Who signs in to the database: the secret in AWS Secrets Manager, or the environment, and how they rotate. */
package org.muster.credentials;
