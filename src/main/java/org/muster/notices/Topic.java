package org.muster.notices;

import java.util.Optional;

/** What mail is about, for those who choose; not what is about the security of their account. */
enum Topic {
    /** The person's own sign-ups. */
    SIGN_UPS,
    /** Changes of activities that the person takes part in. */
    ACTIVITIES,
    /** Memberships, roles, and requests to join. */
    GROUPS,
    REMINDERS,
    DIGEST;

    /** The topic of a kind of mail; empty if it is about the account's security. */
    static Optional<Topic> of(String kind) {
        if (kind.equals("activity.reminder")) {
            return Optional.of(REMINDERS);
        }
        return switch (kind.split("\\.")[0]) {
            case "signup" -> Optional.of(SIGN_UPS);
            case "activity" -> Optional.of(ACTIVITIES);
            case "member", "group", "invitation" -> Optional.of(GROUPS);
            case "digest" -> Optional.of(DIGEST);
            default -> Optional.empty();
        };
    }
}
