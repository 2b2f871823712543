package org.muster.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Muster cannot run. The message is one line: what was found, and what to do. */
public final class CannotRun extends RuntimeException {
    private static final long serialVersionUID = 1;

    private CannotRun(String message) {
        super(message);
    }

    static CannotRun invalidPort(String value) {
        return new CannotRun(
                "-Dport=" + value + " is not allowed: it must be a whole number from 0 to 65535 (0 picks a free one)");
    }

    static CannotRun portUnavailable(int port, IOException failure) {
        var reason = String.valueOf(failure.getMessage()).contains("in use")
                ? "is in use"
                : "cannot be opened (" + failure.getMessage() + ")";
        return new CannotRun("Port " + port + " " + reason + "; choose another with -Dport=N (0 picks a free one)");
    }

    static CannotRun portTakenByMuster(int port, long process) {
        return new CannotRun("Port " + port + " is in use by a Muster server, process " + process
                + "; stop it, or choose another port with -Dport=N (0 picks a free one)");
    }

    static CannotRun noDemo(String reason) {
        return new CannotRun("The demo could not be made: " + reason);
    }

    static CannotRun unknownServer(String name) {
        return new CannotRun(
                "-Dserver=" + name + " is not known: it must be payara-micro, payara-server, wildfly or openliberty");
    }

    static CannotRun notConfigured(String server, Path log) {
        return new CannotRun(server + " could not be configured, see " + shown(log));
    }

    static CannotRun missing(Path file) {
        return new CannotRun(file + " does not exist; mvn -Prun builds it");
    }

    static CannotRun notADirectory(Path data) {
        return new CannotRun(shown(data) + " is not a directory, and the database is kept there; move it away");
    }

    static CannotRun unwritable(Path directory, IOException failure) {
        return unwritable(directory, reason(failure));
    }

    static CannotRun unwritable(Path directory, String reason) {
        return new CannotRun(shown(directory) + " cannot be written (" + reason
                + "); change its permissions, or work in another directory");
    }

    static CannotRun ownedBy(String owner, Path data, String user) {
        return new CannotRun(shown(data) + " belongs to " + owner + ", this is " + user + "; run as " + owner
                + ", or move it away to begin with an empty database");
    }

    static CannotRun foreign(Path data) {
        return new CannotRun(shown(data) + " is not empty and holds no database; move what is in it away,"
                + " Muster keeps its database there");
    }

    static CannotRun otherVersion(Path data, String found, String wanted) {
        return new CannotRun(shown(data) + " was made by PostgreSQL " + found + ", this is " + wanted
                + "; move it away to begin with an empty database, after a dump with version " + found
                + " if its content matters");
    }

    static CannotRun unfinished(Path data) {
        return new CannotRun(shown(data) + " holds a database that mvn -Prun did not make, or did not finish making;"
                + " move it away to begin with an empty one");
    }

    static CannotRun inUse(Path data, long postgres) {
        return new CannotRun(shown(data) + " is in use by PostgreSQL, process " + postgres
                + "; stop the run it belongs to, or work in another directory");
    }

    static CannotRun rootWithoutNamespaces() {
        return new CannotRun(
                "PostgreSQL refuses to run as root, and \"unshare -U\", which helps that, is missing or not"
                        + " permitted here; run as another user, or set DB_HOST to use a database of your own");
    }

    static CannotRun databaseFailed(Path data, String cause, Path log) {
        return new CannotRun("PostgreSQL cannot run in " + shown(data) + ": " + cause + " (its log: " + log + ")");
    }

    static CannotRun serverFailed(String cause, Path log) {
        return new CannotRun("Muster does not run: " + cause + " (server log: " + log + ")");
    }

    static String reason(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        var reason = failure instanceof FileSystemException file ? file.getReason() : failure.getMessage();
        return reason != null ? reason : failure.getClass().getSimpleName();
    }

    private static String shown(Path path) {
        return path.isAbsolute() ? path.toString() : "./" + path;
    }
}
