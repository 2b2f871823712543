package org.muster.accounts;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.limits.RateLimit;
import org.muster.limits.RateLimits;
import org.muster.mail.Language;
import org.muster.mail.Mailing;
import org.muster.mail.Outbox;
import org.muster.mail.OutgoingMail;
import org.muster.mail.Wording;
import org.muster.metrics.Metrics;
import org.muster.users.AccountRequests;
import org.muster.users.AccountTokens;
import org.muster.users.AccountTokens.Recipient;
import org.muster.users.EmailAddress;
import org.muster.users.Token;

/** Sends the links that people have asked for, in a transaction each. */
@ApplicationScoped
public class AccountMails {
    static final Duration RESET_LIFETIME = Duration.ofMinutes(30);
    private static final Duration VERIFICATION_LIFETIME = Duration.ofDays(3);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Mailing mailing;

    @Inject
    Metrics metrics;

    private RateLimits limits;
    private Outbox outbox;
    private AccountRequests requests;
    private AccountTokens tokens;

    @PostConstruct
    void makeModels() {
        var sql = database.sql(pool);
        limits = new RateLimits(sql, metrics);
        outbox = new Outbox(sql);
        requests = new AccountRequests(sql);
        tokens = new AccountTokens(sql);
    }

    /** Does what was asked for first; false if there is nothing to do. */
    @Transactional
    public boolean next() {
        var request = requests.take();
        request.ifPresent(taken -> {
            switch (taken.kind()) {
                case RESET ->
                    taken.email()
                            .flatMap(tokens::recipient)
                            .filter(recipient -> !recipient.suspended())
                            .ifPresent(this::sendReset);
                case REGISTRATION -> taken.email().flatMap(tokens::recipient).ifPresent(this::answerRegistration);
                case VERIFICATION -> taken.user().flatMap(tokens::recipient).ifPresent(this::sendVerification);
            }
        });
        return request.isPresent();
    }

    /** Deletes what was asked for long ago, while no mail was sent. */
    @Transactional
    public void forget() {
        requests.forget();
    }

    private void sendReset(Recipient recipient) {
        if (limits.allows(RateLimit.RESET_LINKS, recipient.user())) {
            var token = Token.random();
            tokens.addReset(token, recipient.user(), Optional.of(recipient.email()), RESET_LIFETIME);
            send("password.reset", recipient, recipient.email(), link("/#/reset/", token), RESET_LIFETIME);
        }
    }

    /** Somebody wants another account with the address. If nobody has verified it, they may be its owner. */
    private void answerRegistration(Recipient recipient) {
        if (limits.allows(RateLimit.TAKEN_ADDRESSES, recipient.user())) {
            if (recipient.emailVerified()) {
                tellTaken(recipient);
            } else {
                verify(recipient, recipient.email(), "email.verification");
            }
        }
    }

    private void tellTaken(Recipient owner) {
        send("account.exists", owner, owner.email(), mailing.link("/#/sign-in"), OutgoingMail.LONGEST_LIFETIME);
    }

    private void sendVerification(Recipient recipient) {
        if (recipient.pendingEmail().isPresent()) {
            var wanted = recipient.pendingEmail().get();
            var owner = tokens.recipient(wanted).filter(other -> !other.user().equals(recipient.user()));
            if (owner.isPresent()) {
                owner.filter(other -> limits.allows(RateLimit.TAKEN_ADDRESSES, other.user()))
                        .ifPresent(this::tellTaken);
            } else {
                verify(recipient, wanted, "email.change");
            }
        } else if (!recipient.emailVerified() || recipient.undeliverable()) {
            verify(recipient, recipient.email(), "email.verification");
        }
    }

    /** Counts a mail to an address that is not verified, and returns whether it may be sent. */
    private boolean mayMail(String address) {
        return limits.allows(RateLimit.MAILS_TO_ADDRESSES, EmailAddress.key(address));
    }

    private void verify(Recipient recipient, String address, String kind) {
        if (!mayMail(address)) {
            return;
        }
        var token = Token.random();
        tokens.addVerification(token, recipient.user(), address, VERIFICATION_LIFETIME);
        send(kind, recipient, address, link("/#/verify/", token), VERIFICATION_LIFETIME);
    }

    /** Tells the address that an account had that it has another one now. */
    void tellChanged(Recipient before) {
        send("email.changed", before, before.email(), mailing.link("/#/sign-in"), OutgoingMail.LONGEST_LIFETIME);
    }

    /**
     * Tells somebody, in the caller's transaction, what was done to their account. An address that nobody has verified may be another's,
     * who gets few mails.
     */
    void tell(String kind, UUID user) {
        if (mailing.enabled()) {
            tokens.recipient(user)
                    .filter(recipient -> recipient.emailVerified() || mayMail(recipient.email()))
                    .ifPresent(recipient -> send(
                            kind, recipient, recipient.email(), mailing.link("/#/me"), OutgoingMail.LONGEST_LIFETIME));
        }
    }

    private URI link(String view, Token token) {
        return mailing.link(view + token.value());
    }

    private void send(String kind, Recipient recipient, String address, URI link, Duration lifetime) {
        var language = Language.of(recipient.language());
        var text = Wording.in(language).mail(kind, Map.of(), Optional.of(link));
        outbox.add(OutgoingMail.required(kind, Optional.of(recipient.user()), address, language, text, lifetime));
    }
}
