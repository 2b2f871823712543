package org.muster.credentials;

import software.amazon.awssdk.auth.credentials.AwsCredentials;

/** Who Muster is for AWS. */
interface AwsIdentity extends AutoCloseable {
    /**
     * The credentials to use now.
     *
     * @throws SecretUnavailableException if there are none, or STS does not give any; the message says why
     */
    AwsCredentials credentials() throws SecretUnavailableException;

    /** Who is asked for them, for the operator. */
    default String service() {
        return "the sources of AWS credentials";
    }

    @Override
    default void close() {}
}
