package org.muster.problems;

import java.util.Arrays;
import java.util.Optional;

/** The types of problems. The {@code type} and the status of each are stable, and clients may rely on them. */
public enum ProblemType {
    MALFORMED_BODY("malformed-body", 400, "The body is not a JSON object"),
    INVALID_PARAMETER("invalid-parameter", 400, "A query parameter is unknown or invalid"),
    BAD_REQUEST("bad-request", 400, "The request is not valid HTTP"),
    UNAUTHENTICATED("unauthenticated", 401, "A valid token is required"),
    SECOND_FACTOR_REQUIRED("second-factor-required", 401, "A code of the second factor is required"),
    WRONG_CODE("wrong-code", 401, "The code is wrong, has expired, or was used before"),
    FORBIDDEN("forbidden", 403, "Your role does not allow this"),
    MEMBERSHIP_REQUIRED("membership-required", 403, "Only members of the group may do this"),
    BANNED("banned", 403, "You are banned from the group"),
    ACCOUNT_SUSPENDED("account-suspended", 403, "The account is suspended"),
    EMAIL_UNVERIFIED("email-unverified", 403, "The account's e-mail address is not verified"),
    SECOND_FACTOR_SETUP_REQUIRED("second-factor-setup-required", 403, "This server requires a second factor"),
    SIGN_IN_TOO_OLD("sign-in-too-old", 403, "You have to sign in again to do this"),
    REGISTRATION_CLOSED("registration-closed", 403, "This server does not let you open an account"),
    NOT_FOUND("not-found", 404, "The resource does not exist or is not visible to you"),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, "This method is not allowed here"),
    NOT_ACCEPTABLE("not-acceptable", 406, "No acceptable media type is available here"),
    REQUEST_TIMEOUT("request-timeout", 408, "The body did not arrive in time"),
    EMAIL_TAKEN("email-taken", 409, "An account with this e-mail address exists"),
    SLUG_TAKEN("slug-taken", 409, "A group with this slug exists"),
    GROUP_EXISTS("group-exists", 409, "A group with this id exists"),
    LAST_OWNER("last-owner", 409, "A group must keep an owner"),
    GROUP_ARCHIVED("group-archived", 409, "The group is archived"),
    ACTIVITY_FULL("activity-full", 409, "Not enough seats are free"),
    CAPACITY_BELOW_TAKEN("capacity-below-taken", 409, "The capacity would be below the number of taken seats"),
    CAPACITY_BELOW_WANTED("capacity-below-wanted", 409, "The capacity would be below what somebody waits for"),
    SIGNUP_WINDOW_CLOSED("signup-window-closed", 409, "Sign-up is closed"),
    INVITATION_SPENT("invitation-spent", 409, "The invitation is no longer valid"),
    LINK_SPENT("link-spent", 409, "The link is no longer valid"),
    MAIL_UNAVAILABLE("mail-unavailable", 409, "This server sends no mail"),
    PUSH_UNAVAILABLE("push-unavailable", 409, "This server pushes no messages"),
    PROVIDER_LINKED("provider-linked", 409, "You are linked with another account"),
    LAST_SIGN_IN("last-sign-in", 409, "An account must keep a way to sign in"),
    SECOND_FACTOR_ENABLED("second-factor-enabled", 409, "The account has a second factor"),
    SECOND_FACTOR_MISSING("second-factor-missing", 409, "The account has no second factor"),
    IDEMPOTENCY_IN_FLIGHT("idempotency-in-flight", 409, "A request with this key is in progress"),
    SERIES_ENDED("series-ended", 409, "The series has ended"),
    ALREADY_CANCELLED("already-cancelled", 409, "The activity is already cancelled"),
    TOO_MANY_TOKENS("too-many-tokens", 409, "The account has too many access tokens"),
    TOO_MANY_ACTIVITIES("too-many-activities", 409, "The group has too many activities"),
    VERSION_MISMATCH("version-mismatch", 412, "The resource has changed since you read it"),
    CONTENT_TOO_LARGE("content-too-large", 413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "The body's media type is not supported here"),
    VALIDATION("validation", 422, "The content is not valid"),
    UNKNOWN_ZONE("unknown-zone", 422, "The time zone is unknown"),
    LOCAL_TIME_GAP("local-time-gap", 422, "The clocks skip this local time"),
    SERIES_TOO_LONG("series-too-long", 422, "The series has too many occurrences"),
    IDEMPOTENCY_MISMATCH("idempotency-mismatch", 422, "The key was used for a different request"),
    PRECONDITION_REQUIRED("precondition-required", 428, "If-Match is required here"),
    TOO_MANY_REQUESTS("too-many-requests", 429, "Too many requests"),
    INTERNAL("internal", 500, "Internal server error"),
    BUSY("busy", 503, "The server is busy"),
    PROVIDER_UNAVAILABLE("provider-unavailable", 503, "The provider is unavailable"),
    UNAVAILABLE("unavailable", 503, "The database is unavailable"),
    OUTCOME_UNKNOWN("outcome-unknown", 503, "It is unknown whether the change was saved");

    /** The path under which the types are described, by their slugs. */
    static final String PATH = "/problems/";

    private final String slug;
    private final int status;
    private final String title;

    ProblemType(String slug, int status, String title) {
        this.slug = slug;
        this.status = status;
        this.title = title;
    }

    /** Returns the RFC 9457 {@code type}, an absolute path. */
    public String uri() {
        return PATH + slug;
    }

    /** Returns the last part of its URI. */
    public String slug() {
        return slug;
    }

    /** Returns the HTTP status. */
    public int status() {
        return status;
    }

    /** Returns the RFC 9457 {@code title}, which is the same for all occurrences. */
    public String title() {
        return title;
    }

    /** Returns the type with this slug; empty if there is none. */
    static Optional<ProblemType> named(String slug) {
        return Arrays.stream(values()).filter(type -> type.slug.equals(slug)).findFirst();
    }

    /** Returns the type for a status that the server itself has set. */
    static ProblemType of(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            // Servers answer 501 to methods that they do not know.
            case 405, 501 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> CONTENT_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 503 -> UNAVAILABLE;
            default -> status < 500 ? BAD_REQUEST : INTERNAL;
        };
    }
}
