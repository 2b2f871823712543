package org.muster.mail;

/**
 * What a mail says, without any address.
 *
 * @param subject one line
 * @param text for readers that show text only; lines end with LF
 * @param html the same as a document
 */
public record MailText(String subject, String text, String html) {
    @Override
    public String toString() {
        // It may have a secret link.
        return "(hidden)";
    }
}
