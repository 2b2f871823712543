package org.muster.limits;

import java.time.Duration;
import org.muster.json.EnumNames;

/** How much an account or an address may do in a window of time, on all nodes together. */
public enum RateLimit {
    /** Attempts to create an account, from an address. */
    ACCOUNTS(500, Duration.ofHours(1), "Too many accounts are created from your address."),
    /** The same, from this machine: the tests, or everybody behind a proxy that Muster does not know. */
    LOCAL_ACCOUNTS(10_000, Duration.ofHours(1), "Too many accounts are created from this machine."),
    /** Requests for a link to a new password, from an address. */
    PASSWORD_RESETS(200, Duration.ofHours(1), "Too many passwords are reset from your address."),
    /** Attempts to use such a link, from an address. */
    NEW_PASSWORDS(1_000, Duration.ofHours(1), "Too many passwords are set from your address."),
    /** Links to a new password that are sent to an account. */
    RESET_LINKS(3, Duration.ofHours(1), "Too many links were sent to this address."),
    /** Links to verify an address that an account asks for. */
    VERIFICATION_LINKS(5, Duration.ofHours(1), "You have asked for too many links."),
    /** Mails to an address that is not verified: links to verify it, whoever asks for them, and what was done to the account. */
    MAILS_TO_ADDRESSES(10, Duration.ofHours(1), "Too many mails were sent to this address."),
    /** Mails to an account about attempts to open another one with its address. */
    TAKEN_ADDRESSES(3, Duration.ofHours(1), "Too many mails were sent to this address."),
    /** Wrong codes of a second factor for an account with its present password. */
    SECOND_FACTOR_CODES(
            50, Duration.ofDays(1), "Too many wrong codes were sent for this account. A new password ends that."),
    /** The same for an account, however often its password changes. */
    ALL_SECOND_FACTOR_CODES(200, Duration.ofDays(1), "Too many wrong codes were sent for this account."),
    /** Attempts to sign in with the provider, from an address. */
    PROVIDER_SIGN_INS(500, Duration.ofHours(1), "Too many people sign in with the provider from your address."),
    /** Browsers that come back from the provider, from an address. */
    PROVIDER_CALLBACKS(1_000, Duration.ofHours(1), "Too many people come back from the provider to your address."),
    /** Groups that an account creates. */
    GROUPS(100, Duration.ofDays(1), "You have created too many groups."),
    /** Groups that an account deletes. */
    GROUP_DELETIONS(100, Duration.ofDays(1), "You have deleted too many groups."),
    /** Invitations that an account creates. */
    INVITATIONS(1_000, Duration.ofDays(1), "You have created too many invitations."),
    /** Invitations that an account sends by mail. */
    INVITATION_MAILS(100, Duration.ofDays(1), "You have sent too many invitations by mail."),
    /** Groups that an account imports. */
    IMPORTS(50, Duration.ofDays(1), "You have imported too many groups."),
    /** People in the groups that an account imports: each gets an account. */
    IMPORTED_PEOPLE(20_000, Duration.ofDays(1), "You have imported too many people.");

    final long most;
    final Duration window;
    final String refusal;

    RateLimit(long most, Duration window, String refusal) {
        this.most = most;
        this.window = window;
        this.refusal = refusal;
    }

    /** Its name in the metric. */
    String metric() {
        return EnumNames.hyphenated(this);
    }
}
