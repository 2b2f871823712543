package org.muster.connections;

import org.muster.credentials.NoTokenException;

/**
 * What is wrong with the database or its configuration, in the operator's words, and the remedy. {@code docs/troubleshooting.md}
 * describes each.
 */
public enum Condition {
    UNREACHABLE("cannot be reached", "Check DB_HOST, DB_PORT and the network, and that PostgreSQL is running"),
    STANDBY("has no primary", "Wait until the fail-over is finished, or promote a standby"),
    STARTING_UP("is starting, stopping or recovering", "Wait until it accepts connections"),
    ENCRYPTION_REQUIRED(
            "refuses this connection, which is not encrypted",
            "Set DB_SSL=true if the server accepts encrypted connections only (hostssl, rds.force_ssl); otherwise add an entry to"
                    + " pg_hba.conf"),
    ENCRYPTION_FAILED("cannot be reached over TLS", "Check DB_SSL, DB_SSL_ROOT_CERT and the server's certificate"),
    LOGIN_REFUSED(
            "refused the login", "Check the user and the password, and whether the role's VALID UNTIL has passed"),
    METHOD_REFUSED(
            "asks for a login that the settings do not allow",
            "Set DB_SSL=true, or allow the method in DB_REQUIRE_AUTH; check DB_CHANNEL_BINDING"),
    TOKEN_MISSING(
            "cannot be signed in to",
            "Give Muster a role or an access key of AWS that may do rds-db:connect, and a way to reach AWS"),
    TOKEN_REFUSED(
            "refused the login by PAM",
            "With DB_AUTH=iam, allow rds-db:connect for this user and instance, GRANT rds_iam, and check AWS_REGION, DB_HOST and the"
                    + " clock; otherwise check the user and the password"),
    LOGIN_FORBIDDEN("does not let the role log in", "Check pg_hba.conf and the role's LOGIN attribute"),
    CONNECT_FORBIDDEN("does not let the role connect", "GRANT CONNECT ON DATABASE to the role"),
    CONNECTIONS_DISABLED("accepts no connections", "ALTER DATABASE ... ALLOW_CONNECTIONS true"),
    DATABASE_MISSING("does not exist", "Create it, or correct DB_NAME"),
    CONNECTIONS_EXHAUSTED(
            "has no connection left",
            "Raise max_connections or the CONNECTION LIMIT of role or database, or lower DB_POOL_MAX"),
    RESOURCES_EXHAUSTED("is out of resources or has failed", "Read the log of PostgreSQL"),
    SETTING_REFUSED("refused a setting of the session", "Correct the setting of the role, the database or the pooler"),
    POOLER(
            "is behind a pooler that keeps no sessions",
            "Set DB_POOLER=transaction, and ignore_startup_parameters = extra_float_digits in PgBouncer"),
    READ_ONLY("is read-only", "Free disk space if that is why, then reset default_transaction_read_only"),
    DISK_FULL("has no disk space left", "Free disk space, or add some"),
    COMMITS_WAITING(
            "confirms no commit, because a synchronous standby is missing",
            "Start the standby, or remove it from synchronous_standby_names"),
    ENCODING(
            "does not have the encoding UTF8",
            "Create a database with ENCODING 'UTF8', and move the data with pg_dump"),
    TABLES_MISSING("lacks tables or columns of Muster", "Restore them from a backup"),
    SEARCH_PATH("resolves to another schema", "Reset the search_path of the role or the database"),
    FOREIGN_SCHEMA("holds something else than Muster", "Give Muster a database or a schema of its own"),
    NEWER_SCHEMA("is newer than this release of Muster", "Run a newer release, or restore an older database"),
    CHANGED_MIGRATION("was migrated by another build of Muster", "Run the release that migrated it, or a newer one"),
    PRIVILEGES_MISSING(
            "does not permit what Muster needs", "GRANT the privilege to the role, or make it the owner of the tables"),
    STATEMENT_REFUSED(
            "refuses a statement, although its tables are complete",
            "Check policies, triggers, views and functions that were changed; otherwise report it with the log"),
    MIGRATION_LOCKED(
            "is locked for migration by another session",
            "Wait for it, or end it with pg_terminate_backend if it hangs"),
    MIGRATION_FAILED("could not be migrated", "Read the reason; the migration was rolled back and is tried again"),
    UNUSABLE("cannot be used", "Read the log of PostgreSQL and of Muster");

    /** What is said of a pooler in transaction mode. */
    public static final String SHARED_SESSION = "two connections share one session of the database";

    private final String problem;
    private final String remedy;

    Condition(String problem, String remedy) {
        this.problem = problem;
        this.remedy = remedy;
    }

    /** Returns what is wrong, as a clause about the database. */
    public String problem() {
        return problem;
    }

    /** Returns what to do, as a sentence without its full stop. */
    public String remedy() {
        return remedy;
    }

    /** Returns whether only a person can end it. */
    public boolean fatal() {
        return switch (this) {
            case ENCODING, FOREIGN_SCHEMA, NEWER_SCHEMA, CHANGED_MIGRATION, SEARCH_PATH, TABLES_MISSING -> true;
            default -> false;
        };
    }

    /**
     * Returns why a connection cannot be opened.
     *
     * @param code the SQLSTATE; may be null
     * @param message of the database or the driver
     */
    public static Condition ofLogin(String code, String message) {
        return switch (code == null ? "" : code) {
            case "28000" -> ofRefusal(message);
            case "08004" -> ofRejection(message);
            case "42501" -> CONNECT_FORBIDDEN;
            case "55000" -> CONNECTIONS_DISABLED;
            case "3D000" -> DATABASE_MISSING;
            case "53300" -> CONNECTIONS_EXHAUSTED;
            case "57P01", "57P02", "57P03" -> STARTING_UP;
            case "22023", "42704", "0A000" -> SETTING_REFUSED;
            case "08P01" -> ofProtocol(message);
            case "42P01" -> message.contains("search_path") ? SEARCH_PATH : TABLES_MISSING;
            default -> ofClass(SqlState.of(code), message);
        };
    }

    private static Condition ofProtocol(String message) {
        if (message.contains("startup parameter") || message.contains(SHARED_SESSION)) {
            return POOLER;
        }
        return message.contains("parameter") ? SETTING_REFUSED : UNREACHABLE;
    }

    /** The code is the driver's. */
    private static Condition ofRejection(String message) {
        if (message.matches(".*(requireAuth|hannel binding).*")) {
            return METHOD_REFUSED;
        }
        return message.contains("SSL") ? ENCRYPTION_FAILED : LOGIN_FORBIDDEN;
    }

    private static Condition ofRefusal(String message) {
        if (message.contains("PAM ")) {
            return TOKEN_REFUSED;
        }
        return unencrypted(message) ? ENCRYPTION_REQUIRED : LOGIN_FORBIDDEN;
    }

    private static Condition ofClass(SqlState state, String message) {
        return switch (state) {
            case LOGIN_REFUSED -> LOGIN_REFUSED;
            case LOST -> ofLoss(message);
            case UNAVAILABLE, BUSY -> RESOURCES_EXHAUSTED;
            case DISK_FULL -> DISK_FULL;
            case READ_ONLY -> READ_ONLY;
            default -> UNUSABLE;
        };
    }

    private static Condition ofLoss(String message) {
        if (message.contains(Servers.STANDBY)) {
            return STANDBY;
        }
        if (message.contains(NoTokenException.BEGINNING)) {
            return TOKEN_MISSING;
        }
        return message.contains("SSL") || message.contains("certificate") || message.contains("TLS")
                ? ENCRYPTION_FAILED
                : UNREACHABLE;
    }

    /** Whether pg_hba.conf has no entry for an unencrypted connection. In any language, the message names the encryption if there is one. */
    private static boolean unencrypted(String message) {
        return message.contains("SSL off") || message.contains("pg_hba.conf") && !message.matches(".*(SSL|GSS).*");
    }
}
