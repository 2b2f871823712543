package org.muster.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Sends requests to the application itself before it is ready, so that the first users do not wait for classes to be loaded and code to
 * be compiled, and then collects the garbage of the start. The requests read what everybody may read, or are refused; none changes
 * anything.
 */
@ApplicationScoped
public class WarmUp {
    /** Distinguishes these requests, which are answered although the application is not ready. */
    public static final String HEADER = "Muster-Warm-Up";

    private static final Logger LOG = System.getLogger(WarmUp.class.getName());
    /** How long the server may take to accept requests after the database is ready. */
    private static final Duration SERVER_TIMEOUT = Duration.ofSeconds(10);

    private static final long POLL_MILLIS = 100;
    private static final int REQUEST_TIMEOUT_MILLIS = 1_000;
    private static final String GROUPS = "/api/v1/groups";
    private static final Pattern ID = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"");

    @Inject
    Readiness readiness;

    private final String secret = UUID.randomUUID().toString();
    private volatile boolean running;
    private volatile boolean reached;

    /** Returns whether a request with this value of {@link #HEADER}, or null, is one of these. */
    public boolean sent(String header) {
        if (running && secret.equals(header)) {
            reached = true;
            return true;
        }
        return false;
    }

    /** Warms up for this long. Returns at once if that is zero, or the server is not found. */
    void run(Duration atMost) {
        if (atMost.isZero()) {
            return;
        }
        running = true;
        try {
            var server = server();
            if (server.isPresent()) {
                LOG.log(Level.INFO, "Warmed up with {0} requests", requests(server.get(), atMost));
            } else {
                LOG.log(Level.INFO, "Not warmed up: the address at which Muster answers over HTTP was not found");
            }
        } catch (IOException failure) {
            LOG.log(Level.INFO, "Not warmed up: {0}", failure.getMessage());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            running = false;
        }
        // The heap shrinks to what is in use, as far as the JVM's options allow. Later, a user would notice the pause.
        System.gc();
    }

    /** Waits until one of the addresses of this process is Muster's. */
    private Optional<InetSocketAddress> server() throws InterruptedException {
        var end = System.nanoTime() + SERVER_TIMEOUT.toNanos();
        while (ListeningSockets.known() && System.nanoTime() < end && !readiness.stopping()) {
            for (var address : ListeningSockets.find()) {
                if (reached(address)) {
                    return Optional.of(address);
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
        return Optional.empty();
    }

    private boolean reached(InetSocketAddress address) {
        try {
            get(address, GROUPS);
        } catch (IOException other) {
            LOG.log(Level.DEBUG, "Not Muster over HTTP: {0}", address);
        }
        return reached;
    }

    /** Sends requests for this long, and returns how many. */
    private int requests(InetSocketAddress server, Duration atMost) throws IOException {
        var end = System.nanoTime() + atMost.toNanos();
        var sent = 0;
        while (System.nanoTime() < end && !readiness.stopping()) {
            var group = GROUPS + "/" + firstId(get(server, GROUPS + "?limit=20"));
            var activities = group + "/activities";
            var activity = activities + "/" + firstId(get(server, activities + "?limit=20"));
            get(server, group);
            get(server, activity);
            get(server, activity + "/availability");
            send(server, "GET", group, "Bearer " + secret);
            send(server, "PUT", activity + "/signups/me", "Bearer " + secret);
            sent += 7;
        }
        return sent;
    }

    /** Returns the first id in this JSON; if there is none, one that nothing has. */
    private static String firstId(String json) {
        var id = ID.matcher(json);
        return id.find() ? id.group(1) : UUID.randomUUID().toString();
    }

    private String get(InetSocketAddress server, String path) throws IOException {
        return send(server, "GET", path, null);
    }

    private String send(InetSocketAddress server, String method, String path, String authorization) throws IOException {
        var host = server.getAddress().getHostAddress();
        var url =
                URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.getPort() + path);
        var request = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        request.setRequestMethod(method);
        request.setInstanceFollowRedirects(false);
        request.setConnectTimeout(REQUEST_TIMEOUT_MILLIS);
        request.setReadTimeout(REQUEST_TIMEOUT_MILLIS);
        request.setRequestProperty(HEADER, secret);
        request.setRequestProperty("Accept", "application/json");
        if (authorization != null) {
            request.setRequestProperty("Authorization", authorization);
        }
        // Reading the whole body keeps the connection for the next request.
        try (var body = request.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST
                ? request.getInputStream()
                : request.getErrorStream()) {
            return body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
