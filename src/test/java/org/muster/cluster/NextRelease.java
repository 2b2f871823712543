package org.muster.cluster;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A release of Muster with one migration more. */
final class NextRelease {
    private static final String MIGRATION = "WEB-INF/classes/db/migration/V900__next_release.sql";

    private NextRelease() {}

    /** Makes its WAR beside the given one. */
    static Path of(Path war, String migration) throws IOException {
        var next = war.resolveSibling("next-release.war");
        Files.copy(war, next, StandardCopyOption.REPLACE_EXISTING);
        try (var files = FileSystems.newFileSystem(next)) {
            Files.writeString(files.getPath(MIGRATION), migration);
        }
        return next;
    }
}
