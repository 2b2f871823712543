package org.muster.groups;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.muster.http.JsonInput;
import org.muster.mail.Language;
import org.muster.mail.Mailing;
import org.muster.mail.Outbox;
import org.muster.mail.OutgoingMail;
import org.muster.mail.Wording;
import org.muster.users.Token;

/** Sends invitations to addresses, which need no account. */
record InvitationMail(Mailing mailing, Outbox outbox) {
    private static final int MAX_ADDRESS = 254;

    /** The address to which an invitation is to be sent; empty if to none. Does not end the input. */
    Optional<String> address(JsonInput input) {
        if (!input.has("email")) {
            return Optional.empty();
        }
        var address = input.line("email", 3, MAX_ADDRESS);
        if (!mailing.enabled()) {
            input.reject("email", "cannot be used: this server sends no mail");
        } else if (!OutgoingMail.isAddress(address)) {
            input.reject("email", "must be an e-mail address such as ann@example.org");
        }
        return Optional.of(address);
    }

    /** Sends an invitation to a group, in its maker's language. It is worth sending until it expires. */
    void send(String address, Group group, Invitation invitation, Token token, Language language) {
        var left = Duration.between(Instant.now(), invitation.terms().expiresAt());
        outbox.add(OutgoingMail.required(
                "group.invitation",
                Optional.empty(),
                address,
                language,
                Wording.in(language)
                        .mail(
                                "group.invitation",
                                Map.of("group", group.settings().name()),
                                Optional.of(mailing.link("/#/invitations/" + token.value()))),
                left.compareTo(OutgoingMail.LONGEST_LIFETIME) < 0 ? left : OutgoingMail.LONGEST_LIFETIME));
    }
}
