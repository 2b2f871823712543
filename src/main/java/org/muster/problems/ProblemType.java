package org.muster.problems;

import java.util.Arrays;
import java.util.Optional;

/** What can go wrong, in terms that clients may rely on: the {@code type} and the status never change. */
public enum ProblemType {
    MALFORMED_BODY("malformed-body", 400, "The body is not a JSON object"),
    INVALID_PARAMETER("invalid-parameter", 400, "A query parameter is unknown or has no valid value"),
    BAD_REQUEST("bad-request", 400, "The request is not valid HTTP"),
    UNAUTHENTICATED("unauthenticated", 401, "A valid token is required"),
    FORBIDDEN("forbidden", 403, "Your role does not allow this"),
    MEMBERSHIP_REQUIRED("membership-required", 403, "Only members of the group may do this"),
    BANNED("banned", 403, "You are banned from the group"),
    NOT_FOUND("not-found", 404, "There is nothing here, or nothing that you may see"),
    METHOD_NOT_ALLOWED("method-not-allowed", 405, "This method is not allowed here"),
    NOT_ACCEPTABLE("not-acceptable", 406, "No representation here has an acceptable media type"),
    REQUEST_TIMEOUT("request-timeout", 408, "The body did not come in time"),
    EMAIL_TAKEN("email-taken", 409, "An account with this e-mail address exists"),
    SLUG_TAKEN("slug-taken", 409, "A group with this slug exists"),
    GROUP_EXISTS("group-exists", 409, "A group with this id exists"),
    LAST_OWNER("last-owner", 409, "A group must keep an owner"),
    GROUP_ARCHIVED("group-archived", 409, "The group is archived"),
    ACTIVITY_FULL("activity-full", 409, "There are not so many seats"),
    CAPACITY_BELOW_TAKEN("capacity-below-taken", 409, "More seats are taken than there would be"),
    SIGNUP_WINDOW_CLOSED("signup-window-closed", 409, "One cannot sign up now"),
    INVITATION_SPENT("invitation-spent", 409, "The invitation cannot be used any more"),
    IDEMPOTENCY_IN_FLIGHT("idempotency-in-flight", 409, "A request with this key is being worked on"),
    SERIES_ENDED("series-ended", 409, "The series has ended for good"),
    ALREADY_CANCELLED("already-cancelled", 409, "The activity is cancelled for good"),
    TOO_MANY_TOKENS("too-many-tokens", 409, "The account has too many access tokens"),
    VERSION_MISMATCH("version-mismatch", 412, "It has changed since you read it"),
    CONTENT_TOO_LARGE("content-too-large", 413, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", 415, "The body's media type is not supported here"),
    VALIDATION("validation", 422, "The content is not valid"),
    UNKNOWN_ZONE("unknown-zone", 422, "The time zone is not known"),
    LOCAL_TIME_GAP("local-time-gap", 422, "The clocks skip this local time"),
    SERIES_TOO_LONG("series-too-long", 422, "The series has too many occurrences"),
    IDEMPOTENCY_MISMATCH("idempotency-mismatch", 422, "This key belongs to another request"),
    PRECONDITION_REQUIRED("precondition-required", 428, "If-Match is required here"),
    TOO_MANY_REQUESTS("too-many-requests", 429, "Too many requests"),
    INTERNAL("internal", 500, "Something went wrong on our side"),
    BUSY("busy", 503, "The server is busy"),
    UNAVAILABLE("unavailable", 503, "The database cannot be used now"),
    OUTCOME_UNKNOWN("outcome-unknown", 503, "It is not known whether the change was saved");

    /** Where the types are explained; what follows it is the type's stable name. */
    static final String PATH = "/problems/";

    private final String slug;
    private final int status;
    private final String title;

    ProblemType(String slug, int status, String title) {
        this.slug = slug;
        this.status = status;
        this.title = title;
    }

    /** The RFC 9457 type: an absolute path. */
    public String uri() {
        return PATH + slug;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What it means, the same for every occurrence. */
    public String title() {
        return title;
    }

    /** The type with this stable name. */
    static Optional<ProblemType> named(String slug) {
        return Arrays.stream(values()).filter(type -> type.slug.equals(slug)).findFirst();
    }

    /** The type for a status that the server itself chose. */
    static ProblemType of(int status) {
        return switch (status) {
            case 401 -> UNAUTHENTICATED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> CONTENT_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 503 -> UNAVAILABLE;
            default -> status < 500 ? BAD_REQUEST : INTERNAL;
        };
    }
}
