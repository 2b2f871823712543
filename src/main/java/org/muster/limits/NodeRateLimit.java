package org.muster.limits;

import java.time.Duration;
import org.muster.json.EnumNames;

/** How often an account or an address may do in a window of time what is cheap: counted in a node, so that it stays so. */
public enum NodeRateLimit {
    /** Sign-ups that an account makes, changes or cancels. */
    SIGN_UPS(1_000, Duration.ofHours(1), "You sign up and leave too often."),
    /** Activities that an account creates, without those of series. */
    ACTIVITIES(1_000, Duration.ofHours(1), "You have created too many activities."),
    /** Series that an account creates. */
    SERIES(100, Duration.ofHours(1), "You have created too many series."),
    /** Groups that an account joins or leaves. */
    MEMBERSHIPS(500, Duration.ofHours(1), "You join and leave groups too often."),
    /** Sign-ups of others that an organizer makes, changes, moves up or removes: they get mail about it. */
    SIGN_UPS_OF_OTHERS(1_000, Duration.ofHours(1), "You change sign-ups of others too often."),
    /** Members and others whom an organizer approves, changes, bans or removes: they get mail about it. */
    MEMBERS(1_000, Duration.ofHours(1), "You change members too often."),
    /** Activities and series that an organizer changes: participants get mail about it. */
    ACTIVITY_CHANGES(1_000, Duration.ofHours(1), "You change activities too often."),
    /** Searches for groups, from an address. */
    SEARCHES(6_000, Duration.ofHours(1), "Too many searches come from your address.");

    final int most;
    final Duration window;
    final String refusal;

    NodeRateLimit(int most, Duration window, String refusal) {
        this.most = most;
        this.window = window;
        this.refusal = refusal;
    }

    /** Its name in the metric. */
    String metric() {
        return EnumNames.hyphenated(this);
    }
}
