package org.muster.mail;

import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.muster.json.EnumNames;

/**
 * Why a mail was not sent. Only what the standard API of mail tells is used, so that all servers are alike: replies are read from
 * messages, which begin with them.
 */
enum MailFailure {
    /** The mail server does not answer. */
    UNREACHABLE(true),
    /** It does not encrypt as configured, or its certificate is not trusted, or is another host's. */
    TLS_FAILED(true),
    /** The secret that has the password cannot be read. */
    PASSWORD_UNAVAILABLE(true),
    /** The mail server refuses the login. */
    LOGIN_REFUSED(true),
    /** Refused for now, or the connection was lost before the mail was sent as a whole. */
    DEFERRED(true),
    /** It was sent as a whole, but not acknowledged: it may arrive twice. */
    UNACKNOWLEDGED(true),
    /** Refused because of who sends, which an operator can change. */
    SENDER_REFUSED(true),
    /** Its content was refused for good. */
    CONTENT_REFUSED(false),
    /** Refused for good, as its address, or as a message to it. */
    REFUSED(false);

    private static final Pattern REPLY = Pattern.compile("(?s)([245])\\d\\d[ -].*");
    private static final Pattern OF_TLS = Pattern.compile("(?s).*(?:TLS|identity of server).*");
    private static final Pattern OF_POLICY = Pattern.compile("(?s)53\\d[ -].*|5\\d\\d[ -]5\\.7\\..*");
    private static final Pattern OF_FULL_MAILBOX = Pattern.compile("(?s)552[ -].*|5\\d\\d[ -]5\\.2\\.2.*");
    private static final Pattern OF_CONTENT = Pattern.compile("(?s)5\\d\\d[ -]5\\.6\\..*");

    private final boolean temporary;

    MailFailure(boolean temporary) {
        this.temporary = temporary;
    }

    /** Whether another attempt may succeed. */
    boolean temporary() {
        return temporary;
    }

    /** Whether it concerns all mail: the next one would fail as well. */
    boolean ofServer() {
        return switch (this) {
            case UNREACHABLE, TLS_FAILED, PASSWORD_UNAVAILABLE, LOGIN_REFUSED -> true;
            case DEFERRED, UNACKNOWLEDGED, SENDER_REFUSED, CONTENT_REFUSED, REFUSED -> false;
        };
    }

    /** As metrics and the database name it. */
    String code() {
        return EnumNames.hyphenated(this);
    }

    static MailFailure connecting(MessagingException failure) {
        return chain(failure).anyMatch(MailFailure::ofTls) ? TLS_FAILED : UNREACHABLE;
    }

    private static boolean ofTls(Exception failure) {
        return failure instanceof SSLException
                || failure.getMessage() != null
                        && OF_TLS.matcher(failure.getMessage()).matches();
    }

    /** @param handedOver whether the mail was sent as a whole */
    static MailFailure sending(MessagingException failure, boolean handedOver) {
        var reply = reply(failure);
        if (reply.isPresent() && reply.get().startsWith("5")) {
            return refused(reply.get());
        }
        if (failure instanceof SendFailedException refusal
                && refusal.getInvalidAddresses() != null
                && refusal.getInvalidAddresses().length > 0) {
            return REFUSED;
        }
        return reply.isEmpty() && handedOver ? UNACKNOWLEDGED : DEFERRED;
    }

    private static MailFailure refused(String reply) {
        if (OF_POLICY.matcher(reply).matches()) {
            return SENDER_REFUSED;
        }
        if (OF_FULL_MAILBOX.matcher(reply).matches()) {
            return DEFERRED;
        }
        return OF_CONTENT.matcher(reply).matches() ? CONTENT_REFUSED : REFUSED;
    }

    /** The mail server's reply, in the first message of the chain that is one. */
    private static Optional<String> reply(MessagingException failure) {
        return chain(failure)
                .map(Exception::getMessage)
                .filter(message -> message != null && REPLY.matcher(message).matches())
                .findFirst();
    }

    private static Stream<Exception> chain(MessagingException failure) {
        return Stream.iterate(
                failure,
                Objects::nonNull,
                cause -> cause instanceof MessagingException chained ? chained.getNextException() : null);
    }
}
