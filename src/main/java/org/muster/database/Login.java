package org.muster.database;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.muster.connector.Registry;

/**
 * Where the database is and who signs in.
 *
 * @param source where this came from, in words for the operator
 */
record Login(String host, int port, String name, String user, Password password, String source) {

    /** The driver's connection properties, with its address under {@code url}. Holds the password. */
    Map<String, String> properties(Settings settings) {
        var properties = new TreeMap<>(Map.of(
                "url",
                "jdbc:postgresql://" + bracketed(host) + ":" + port + "/" + escaped(name),
                "user",
                user,
                "password",
                password.value(),
                "ApplicationName",
                "muster",
                "assumeMinServerVersion",
                "15",
                "connectTimeout",
                seconds(settings.connectTimeout()),
                "loginTimeout",
                seconds(settings.connectTimeout()),
                "tcpKeepAlive",
                "true",
                "gssEncMode",
                "disable",
                "sslmode",
                settings.tls().sslmode()));
        // Its details quote values.
        properties.put("logServerErrorDetail", "false");
        // While it dials: else the driver's thread for the login waits on when the login has been given up.
        properties.put("socketTimeout", seconds(settings.connectTimeout()));
        if (!settings.statementTimeout().isZero()) {
            properties.put(
                    "options",
                    "-c statement_timeout=" + settings.statementTimeout().toMillis());
            // The database ends a statement; the network's time-out is for when it cannot.
            properties.put(
                    Registry.NETWORK_TIMEOUT,
                    Long.toString(settings.statementTimeout().plusSeconds(2).toMillis()));
        }
        if (settings.tls() != Tls.OFF) {
            properties.put(
                    "sslResponseTimeout",
                    Long.toString(settings.connectTimeout().toMillis()));
        }
        if (settings.tls() == Tls.VERIFY_FULL) {
            settings.rootCertificate()
                    .ifPresentOrElse(
                            file -> properties.put("sslrootcert", file.toString()),
                            () -> properties.put("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory"));
        }
        return Map.copyOf(properties);
    }

    /** The address, for the operator. */
    String address() {
        return host + ":" + port + "/" + name;
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static String escaped(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }

    /** The driver counts in whole seconds; zero would mean for ever. */
    private static String seconds(Duration duration) {
        return Long.toString(Math.max(1, duration.plusMillis(999).toSeconds()));
    }
}
