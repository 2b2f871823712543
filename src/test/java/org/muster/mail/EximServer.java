package org.muster.mail;

import static org.muster.Await.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.muster.run.Server;

/** A real mail server, as Debian installs it, that takes all mail, delivers none, and logs how it came. */
final class EximServer implements AutoCloseable {
    static final Path PROGRAM = Path.of("/usr/sbin/exim4");

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final String CONFIGURATION = """
            primary_hostname = localhost
            keep_environment =
            spool_directory = %1$s/spool
            log_file_path = %1$s/%%slog
            pid_file_path = %1$s/exim.pid
            log_selector = +smtp_no_mail +tls_cipher
            local_interfaces = <; 127.0.0.1
            daemon_smtp_ports = %2$d : %3$d : %4$d
            tls_on_connect_ports = %3$d
            tls_advertise_hosts = ${if eq{$received_port}{%4$d}{}{*}}
            tls_certificate = %5$s.crt
            tls_privatekey = %5$s.key
            rfc1413_hosts =
            host_lookup =
            acl_smtp_rcpt = all
            begin acl
            all:
              accept
            begin routers
            nowhere:
              driver = redirect
              data = :blackhole:
            """;

    final int startTls = Server.freePort();
    final int tls = Server.freePort();
    final int clear = Server.freePort();

    private final Path directory;
    private final Process process;

    /**
     * Starts it.
     *
     * @param identity the path of a certificate and its key, without {@code .crt} and {@code .key}
     */
    EximServer(Path directory, Path identity) throws IOException {
        this.directory = directory;
        // Started by root, it becomes another user.
        allow(directory.getParent(), "rwxr-xr-x");
        allow(directory, "rwxrwxrwx");
        allow(Files.createDirectory(directory.resolve("spool")), "rwxrwxrwx");
        allow(Path.of(identity + ".key"), "rw-r--r--");
        var configuration = Files.writeString(
                directory.resolve("exim.conf"), CONFIGURATION.formatted(directory, startTls, tls, clear, identity));
        process = new ProcessBuilder(PROGRAM.toString(), "-C", configuration.toString(), "-bdf")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        await("the mail server to listen", TIMEOUT, () -> {
            new Socket("127.0.0.1", clear).close();
            return true;
        });
    }

    private static void allow(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    /** What it has logged. */
    String log() {
        try {
            return Files.readString(directory.resolve("mainlog"));
        } catch (IOException none) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
