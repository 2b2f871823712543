package org.muster.limits;

import java.time.Duration;
import org.muster.json.EnumNames;
import org.muster.problems.Problem;

/** How much a node does at once. */
public enum ConcurrencyLimit {
    /** Event streams of a user. */
    STREAMS(10),
    /** Event streams of a node. */
    ALL_STREAMS(2_000),
    /** Large calendars that are sent to an address. */
    CALENDARS(10),
    /** Large calendars that a node sends. */
    ALL_CALENDARS(50),
    /** Exports that a user waits for. */
    EXPORTS(2),
    /** Exports that a node writes and sends. */
    ALL_EXPORTS(10),
    /** Imports of a user. */
    IMPORTS_AT_ONCE(2),
    /** Imports that a node executes. */
    ALL_IMPORTS_AT_ONCE(4),
    /** Imports of a user that wait for one of those places. */
    WAITING_IMPORTS(8),
    /** Imports that wait in a node. */
    ALL_WAITING_IMPORTS(20),
    /** Passwords of an address that are hashed or wait for that. */
    PASSWORDS(32),
    /** Sign-ins from an address where many have failed. */
    SUSPECT_SIGN_INS(1),
    /** The same of a node, from all such addresses. */
    ALL_SUSPECT_SIGN_INS(10),
    /** Sign-ins from such an address that wait for one of those places. */
    WAITING_SIGN_INS(10),
    /** Such sign-ins that wait in a node. */
    ALL_WAITING_SIGN_INS(40),
    /** Requests of an address whose body is still to come. */
    SLOW_BODIES(20),
    /** Requests of an address that wait for one of those places. */
    WAITING_BODIES(20),
    /** Requests to a node that wait for one of its places. */
    ALL_WAITING_BODIES(60),
    /** Requests to a node whose body is still to come. */
    ALL_SLOW_BODIES(100),
    /** Large responses that are sent to an address. */
    LARGE_RESPONSES(20),
    /** Large responses to an address that wait for one of those places. */
    WAITING_RESPONSES(40),
    /** Large responses of a node that wait. */
    ALL_WAITING_RESPONSES(60),
    /** Large responses that a node sends. */
    ALL_LARGE_RESPONSES(100);

    private final int most;

    ConcurrencyLimit(int most) {
        this.most = most;
    }

    /** How many there may be. */
    public int most() {
        return most;
    }

    String metric() {
        return EnumNames.hyphenated(this);
    }

    /** 429 if it is the client's own, 503 if it is everybody's. */
    Problem refusal() {
        return switch (this) {
            case ALL_STREAMS,
                    ALL_CALENDARS,
                    ALL_EXPORTS,
                    ALL_IMPORTS_AT_ONCE,
                    ALL_WAITING_IMPORTS,
                    ALL_SUSPECT_SIGN_INS,
                    ALL_WAITING_SIGN_INS,
                    ALL_SLOW_BODIES,
                    ALL_WAITING_BODIES,
                    ALL_LARGE_RESPONSES,
                    ALL_WAITING_RESPONSES -> Problem.busy();
            case STREAMS -> refusal("You have too many open streams of changes.");
            case CALENDARS -> refusal("Too many calendars are sent to your address.");
            case EXPORTS -> refusal("You are exporting already.");
            case IMPORTS_AT_ONCE, WAITING_IMPORTS -> refusal("You are importing already.");
            case PASSWORDS -> refusal("Too many passwords from your address are being checked.");
            case SUSPECT_SIGN_INS, WAITING_SIGN_INS ->
                refusal("Many sign-ins from your address have failed, and others wait for their turn.");
            case LARGE_RESPONSES, WAITING_RESPONSES ->
                refusal("Too many large responses are sent to your address. Ask for shorter pages.");
            case SLOW_BODIES, WAITING_BODIES ->
                refusal("The bodies of too many requests from your address have not arrived.");
        };
    }

    private Problem refusal(String why) {
        return Problem.tooManyRequests(metric(), why, Duration.ofSeconds(10));
    }
}
