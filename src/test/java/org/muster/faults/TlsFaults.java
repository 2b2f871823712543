package org.muster.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.muster.Await.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.muster.connections.Certificates;
import org.muster.run.EmbeddedDatabase;

/** The database switches to a certificate of an untrusted authority while the server runs. */
@ExtendWith(Rig.Shared.class)
class TlsFaults {
    @TempDir
    static Path directory;

    private final Report report;

    TlsFaults(Report report) {
        this.report = report;
    }

    @Test
    void theCertificateBecomesUntrusted() throws Exception {
        var ours = new Certificates(directory, "ours");
        var others = new Certificates(directory, "others");
        var good = ours.server("good", "localhost");
        var bad = others.server("bad", "localhost");
        var used = ours.server("used", "localhost");
        var database = EmbeddedDatabase.temporary(Map.of(
                "ssl",
                "on",
                "ssl_cert_file",
                used.toString(),
                "ssl_key_file",
                key(used).toString()));
        var variables =
                Map.of("DB_SSL", "true", "DB_SSL_ROOT_CERT", ours.certificate().toString());
        try (var rig = new Rig(database, variables)) {
            var load = rig.load().start(4, 1).during(Duration.ofSeconds(1));

            install(bad, used, rig);
            load.during(Duration.ofSeconds(2));
            var untouched = load.failed().size();
            rig.terminateBackends();
            await("the outage to be known", Duration.ofSeconds(5), () -> !rig.ready());
            var known = System.nanoTime();
            load.during(Duration.ofSeconds(4));
            install(good, used, rig);
            var repaired = System.nanoTime();
            load.during(Duration.ofSeconds(3)).stop();

            var refused = load.where(outcome -> outcome.at() > known && outcome.at() < repaired - 1_000_000_000L);
            var first = load.firstSuccessAfter(repaired, false);
            report.add(
                    6,
                    "TLS certificate replaced by one of an untrusted authority",
                    "open connections keep working, new ones are refused; first success %.2f s after the end"
                            .formatted(first),
                    load);
            assertThat(untouched).isZero();
            assertThat(refused).isNotEmpty().allMatch(outcome -> outcome.status() == 503);
            assertThat(first).isLessThanOrEqualTo(1.5);
        }
    }

    private static void install(Path certificate, Path where, Rig rig) throws Exception {
        Files.copy(certificate, where, StandardCopyOption.REPLACE_EXISTING);
        Files.write(key(where), Files.readAllBytes(key(certificate)));
        rig.execute("SELECT pg_reload_conf()");
    }

    private static Path key(Path certificate) {
        return Path.of(certificate.toString().replace(".crt", ".key"));
    }
}
