package org.muster.mail;

import java.util.Optional;
import java.util.UUID;

/** Hands mail over. Used by one thread. */
interface MailClient extends AutoCloseable {
    /**
     * Sends a mail.
     *
     * @param id the same at each attempt
     * @return why it was not sent; empty if it was accepted
     */
    Optional<MailFailure> send(UUID id, OutgoingMail mail);

    /** Closes the connection, if there is one. The next mail opens another. */
    @Override
    void close();
}
