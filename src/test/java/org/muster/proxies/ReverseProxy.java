package org.muster.proxies;

import static org.muster.Await.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.muster.Installed;
import org.muster.run.Server;

/** A reverse proxy in front of Muster, as Debian installs it, that claims to terminate TLS. */
final class ReverseProxy implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** A program, and what its administrator adds to the defaults. */
    enum Program {
        NGINX("/usr/sbin/nginx", """
            daemon off;
            pid %2$s/nginx.pid;
            error_log stderr;
            events {}
            http {
                access_log off;
                client_body_temp_path %2$s/body;
                proxy_temp_path %2$s/proxy;
                fastcgi_temp_path %2$s/fastcgi;
                uwsgi_temp_path %2$s/uwsgi;
                scgi_temp_path %2$s/scgi;
                gzip on;
                gzip_types application/json;
                server {
                    listen 127.0.0.1:%1$d;
                    location / {
                        proxy_pass http://127.0.0.1:%3$d;
                        proxy_set_header Host $host;
                        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
                        proxy_set_header X-Forwarded-Proto https;
                    }
                }
            }
            """) {
            @Override
            ProcessBuilder command(Path file) {
                return new ProcessBuilder(path(), "-p", file.getParent().toString(), "-c", file.toString());
            }
        },
        HAPROXY("/usr/sbin/haproxy", """
            defaults
                mode http
                timeout connect 5s
                timeout client 60s
                timeout server 60s
            frontend clients
                bind 127.0.0.1:%1$d
                option forwardfor
                http-request set-header X-Forwarded-Proto https
                default_backend muster
            backend muster
                server muster 127.0.0.1:%3$d
            """) {
            @Override
            ProcessBuilder command(Path file) {
                return new ProcessBuilder(path(), "-f", file.toString());
            }
        };

        private final String path;
        private final String configuration;

        Program(String path, String configuration) {
            this.path = path;
            this.configuration = configuration;
        }

        String path() {
            return path;
        }

        abstract ProcessBuilder command(Path file);
    }

    private final int port = Server.freePort();
    private final Process process;

    private ReverseProxy(Program program, int server) throws IOException {
        var directory =
                Files.createDirectories(Path.of(System.getProperty("project.build.directory"), "run", "proxy-" + port)
                        .toAbsolutePath());
        var file = Files.writeString(
                directory.resolve("configuration"), program.configuration.formatted(port, directory, server));
        process = program.command(file)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    /** Starts the program in front of the server at this port. Without it the test is skipped; with {@code CI=true} it fails. */
    static ReverseProxy start(Program program, int server) throws IOException {
        Installed.require(Files.isExecutable(Path.of(program.path())), "there is no " + program.path());
        var proxy = new ReverseProxy(program, server);
        await(program.path() + " to listen", TIMEOUT, proxy::listens);
        return proxy;
    }

    int port() {
        return port;
    }

    URI base() {
        return URI.create("http://localhost:" + port);
    }

    private boolean listens() {
        try (var probe = new Socket("127.0.0.1", port)) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }
}
