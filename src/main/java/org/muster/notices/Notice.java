package org.muster.notices;

import java.util.Optional;
import java.util.UUID;
import org.muster.activities.Activity;
import org.muster.mail.Language;

/**
 * What somebody is to be told, with what is true of it now.
 *
 * @param kind such as {@code signup.promoted}
 * @param recipient empty if there is nobody who may get mail
 * @param subject the name of what has been deleted
 * @param group the group's name; empty if it is about none
 * @param activity empty if it is about none, or was deleted
 * @param activityId empty if it is about none
 * @param confirmed whether the recipient has a seat
 * @param outdated whether a later notice tells all that this one would
 * @param invitation what the recipient's calendar was told before
 */
record Notice(
        long id,
        String kind,
        Optional<Recipient> recipient,
        Optional<String> subject,
        String reason,
        Optional<UUID> groupId,
        Optional<String> group,
        Optional<UUID> activityId,
        Optional<Activity> activity,
        boolean confirmed,
        boolean outdated,
        Optional<Invitation> invitation) {
    /**
     * Who is told.
     *
     * @param user empty if the account is erased
     * @param settings empty if the mail is about the account's security
     */
    record Recipient(
            Optional<UUID> user,
            String address,
            String name,
            Language language,
            Optional<NotificationSettings> settings,
            Optional<UUID> unsubscribeToken) {}

    /** The last message about an activity to a person's calendar. */
    record Invitation(int sequence, boolean invited) {}
}
