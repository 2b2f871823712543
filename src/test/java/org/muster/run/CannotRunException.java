package org.muster.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** {@code mvn -Prun} cannot continue. The message is one line that says what is wrong and what to do. */
public final class CannotRunException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private CannotRunException(String message) {
        super(message);
    }

    static CannotRunException invalidPort(String value) {
        return new CannotRunException(
                "-Dport=" + value + " is not allowed: it must be a whole number from 0 to 65535 (0 picks a free one)");
    }

    static CannotRunException portUnavailable(int port, IOException failure) {
        var reason = String.valueOf(failure.getMessage()).contains("in use")
                ? "is in use"
                : "cannot be opened (" + failure.getMessage() + ")";
        return new CannotRunException(
                "Port " + port + " " + reason + "; choose another with -Dport=N (0 picks a free one)");
    }

    static CannotRunException portTakenByMuster(int port, long process) {
        return new CannotRunException("Port " + port + " is in use by a Muster server, process " + process
                + "; stop it, or choose another port with -Dport=N (0 picks a free one)");
    }

    static CannotRunException noDemo(String reason) {
        return new CannotRunException("Cannot create the demo data: " + reason);
    }

    static CannotRunException cacheNotSupported(String server) {
        return new CannotRunException(
                "-Dcache is not available for " + server + "; use it with Payara Micro, on JDK 25 or newer");
    }

    static CannotRunException noCache() {
        return new CannotRunException("The cache was not made; the reason is above");
    }

    static CannotRunException unknownServer(String name) {
        return new CannotRunException(
                "-Dserver=" + name + " is not allowed: it must be payara-micro, payara-server, wildfly or openliberty");
    }

    static CannotRunException notConfigured(String server, Path log) {
        return new CannotRunException(server + " could not be configured; see " + display(log));
    }

    static CannotRunException missing(Path file) {
        return new CannotRunException(file + " does not exist; build it with mvn -Prun");
    }

    static CannotRunException notADirectory(Path data) {
        return new CannotRunException(
                display(data) + " is not a directory, but the database must be stored there; move the file away");
    }

    static CannotRunException unwritable(Path directory, IOException failure) {
        return unwritable(directory, reason(failure));
    }

    static CannotRunException unwritable(Path directory, String reason) {
        return new CannotRunException(display(directory) + " is not writable (" + reason
                + "); change its permissions, or use another working directory");
    }

    static CannotRunException ownedBy(String owner, Path data, String user) {
        return new CannotRunException(display(data) + " is owned by " + owner + ", but the current user is " + user
                + "; run as " + owner + ", or move the directory away to start with an empty database");
    }

    static CannotRunException notADatabase(Path data) {
        return new CannotRunException(display(data) + " is not empty and contains no database; move its content away,"
                + " because the database is stored there");
    }

    static CannotRunException otherVersion(Path data, String found, String wanted) {
        return new CannotRunException(
                display(data) + " was created by PostgreSQL " + found + ", but this is PostgreSQL " + wanted
                        + "; move it away to start with an empty database, after a dump with version " + found
                        + " if you need its content");
    }

    static CannotRunException unfinished(Path data) {
        return new CannotRunException(
                display(data) + " contains a database that mvn -Prun did not create, or did not finish creating;"
                        + " move it away to start with an empty one");
    }

    static CannotRunException inUse(Path data, long postgres) {
        return new CannotRunException(display(data) + " is in use by PostgreSQL, process " + postgres
                + "; stop that run, or use another working directory");
    }

    static CannotRunException rootWithoutNamespaces() {
        return new CannotRunException(
                "PostgreSQL does not run as root, and the workaround, \"unshare -U\", is not available or not"
                        + " permitted; run as another user, or set DB_HOST to use an existing database");
    }

    static CannotRunException databaseFailed(Path data, String cause, Path log) {
        return new CannotRunException(
                "PostgreSQL cannot start in " + display(data) + ": " + cause + " (log: " + log + ")");
    }

    static CannotRunException serverFailed(String cause, Path log) {
        return new CannotRunException("Muster is not running: " + cause + " (server log: " + log + ")");
    }

    static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        var reason = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return reason != null ? reason : failure.getClass().getSimpleName();
    }

    private static String display(Path path) {
        return path.isAbsolute() ? path.toString() : "./" + path;
    }
}
