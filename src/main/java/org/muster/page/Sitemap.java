package org.muster.page;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.GZIPOutputStream;
import javax.sql.DataSource;
import org.muster.database.Database;
import org.muster.database.DatabaseException;
import org.muster.http.Times;
import org.muster.lifecycle.Readiness;

/**
 * The addresses of public groups and their public activities, for search engines. Written from a page of groups after the other,
 * compressed, and kept for a while: however often it is asked for, the database is read once an hour.
 */
@ApplicationScoped
public class Sitemap {
    /** The protocol allows no more in a file. */
    private static final int MOST = 50_000;

    static final Duration LIFETIME = Duration.ofHours(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Resource(lookup = "java:comp/env/jdbc/muster")
    DataSource pool;

    @Inject
    Database database;

    @Inject
    Readiness readiness;

    private final ReentrantLock writing = new ReentrantLock();
    private PublicPages pages;
    private volatile Optional<Written> last = Optional.empty();

    /** @param content gzip */
    private record Written(byte[] content, Instant at) {
        boolean fresh() {
            return at.plus(LIFETIME).isAfter(Instant.now());
        }
    }

    @PostConstruct
    void makeModels() {
        pages = new PublicPages(database.sql(pool).limitedTo(TIMEOUT));
    }

    /**
     * Returns the XML, compressed with gzip: an older one while a new one is written or the database is unavailable; empty if there is
     * none yet.
     *
     * @param url the public address
     */
    Optional<byte[]> compressed(String url) {
        if (last.filter(Written::fresh).isEmpty() && readiness.acceptingReads() && writing.tryLock()) {
            try {
                last = Optional.of(new Written(write(url), Instant.now()));
            } catch (DatabaseException unavailable) {
                // It is asked for again. What is wrong is reported where it is noticed first.
            } finally {
                writing.unlock();
            }
        }
        return last.map(Written::content);
    }

    private byte[] write(String url) {
        var bytes = new ByteArrayOutputStream();
        try (var xml = new OutputStreamWriter(new GZIPOutputStream(bytes), StandardCharsets.UTF_8)) {
            xml.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    + "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
            writeAll(xml, url);
            xml.write("</urlset>\n");
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private void writeAll(Writer xml, String url) throws IOException {
        var left = MOST;
        var group = Optional.<UUID>empty();
        for (var next = pages.list(group); !next.isEmpty(); next = pages.list(group)) {
            for (var page : next) {
                if (left > 0 && !group.equals(Optional.of(page.group()))) {
                    write(xml, url + PagePaths.of(page.slug(), page.group()), page.updatedAt());
                    left--;
                }
                group = Optional.of(page.group());
                if (left > 0 && page.activity().isPresent()) {
                    var activity = page.activity().get();
                    write(xml, url + PagePaths.of(page.group(), activity.id()), activity.updatedAt());
                    left--;
                }
            }
            if (left == 0) {
                return;
            }
        }
    }

    /** An address has no character that XML escapes. */
    private static void write(Writer xml, String address, Instant changed) throws IOException {
        xml.write("<url><loc>%s</loc><lastmod>%s</lastmod></url>\n".formatted(address, Times.utc(changed)));
    }
}
