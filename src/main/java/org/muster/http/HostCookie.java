package org.muster.http;

import java.util.Arrays;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * A cookie of Muster's. Under TLS its name has the prefix {@code __Host-}: browsers then take it from this host only, and not from a
 * neighbour such as {@code other.example.org}. A cookie without the prefix does not count there, since anybody may have planted it.
 *
 * @param plainName its name without TLS
 */
public record HostCookie(String plainName) {
    /** Its name. */
    public String name(boolean secure) {
        return secure ? "__Host-" + plainName : plainName;
    }

    /** The path for requests to the API. The prefix requires the root. */
    public static String path(boolean secure) {
        return secure ? "/" : "/api";
    }

    /**
     * Its values in a request. Reads the headers by itself: cookies of others may be anything.
     *
     * @param headers the values of {@code Cookie}
     */
    public Stream<String> values(Collection<String> headers, boolean secure) {
        var start = name(secure) + "=";
        return headers.stream()
                .flatMap(header -> Arrays.stream(header.split(";")))
                .map(String::strip)
                .filter(cookie -> cookie.startsWith(start))
                .map(cookie -> cookie.substring(start.length()));
    }
}
