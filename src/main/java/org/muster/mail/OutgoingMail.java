package org.muster.mail;

import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * A mail to send.
 *
 * @param kind such as {@code signup.promoted}: of metrics, and what the log names it by
 * @param user whom it is for; empty if they have no account
 * @param calendar an iCalendar object with a METHOD
 * @param unsubscribe the URL that ends such mail; empty if it is about the account's security, or asked for
 * @param lifetime after which it is not worth sending any more
 */
public record OutgoingMail(
        String kind,
        Optional<UUID> user,
        String address,
        Language language,
        MailText text,
        Optional<String> calendar,
        Optional<String> unsubscribe,
        Duration lifetime) {
    /** As long as mail servers try. */
    public static final Duration LONGEST_LIFETIME = Duration.ofDays(3);

    /**
     * A mail without a calendar, which nobody can unsubscribe from: about an account's security, or an invitation.
     *
     * @param user empty if they have no account
     */
    public static OutgoingMail required(
            String kind, Optional<UUID> user, String address, Language language, MailText text, Duration lifetime) {
        return new OutgoingMail(kind, user, address, language, text, Optional.empty(), Optional.empty(), lifetime);
    }

    /** Whether mail can be sent to this: an address of ASCII characters, without a name. */
    public static boolean isAddress(String text) {
        try {
            return text.chars().allMatch(character -> character < 128)
                    && new InternetAddress(text, true).getAddress().equals(text)
                    && text.contains("@");
        } catch (AddressException none) {
            return false;
        }
    }

    @Override
    public String toString() {
        return kind;
    }
}
