package org.muster.activities;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.muster.http.WebHost;

/**
 * Addresses of web pages, read as browsers read them and written as they write them, so that what opens when it is pasted into a
 * browser can be stored, and programs that are stricter understand it.
 *
 * @see <a href="https://url.spec.whatwg.org/">URL Standard</a>
 */
public final class WebAddress {
    private static final Pattern PARTS =
            Pattern.compile("(?i)(https?):[/\\\\]*([^/\\\\?#]*)([^?#]*)(\\?[^#]*)?(#.*)?", Pattern.DOTALL);
    private static final Pattern PORT = Pattern.compile("[0-9]*");

    private WebAddress() {}

    /** The address in its normal form; empty unless it is one of HTTP or HTTPS. */
    static Optional<String> normalized(String text) {
        var parts = PARTS.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        var scheme = parts.group(1).toLowerCase(Locale.ROOT);
        var query = parts.group(4) == null ? "" : encoded(parts.group(4), WebAddress::inQuery);
        var fragment =
                parts.group(5) == null ? "" : "#" + encoded(parts.group(5).substring(1), WebAddress::inFragment);
        return authority(scheme, parts.group(2))
                .map(authority -> scheme + "://" + authority + path(parts.group(3)) + query + fragment);
    }

    /** The address for programs that read it by RFC 3986, which permits fewer characters than browsers write. */
    public static String uri(String address) {
        var path = address.indexOf('/', address.indexOf("//") + 2);
        var fragment = address.indexOf('#');
        if (path < 0 || fragment >= 0 && fragment < path) {
            return encoded(address, WebAddress::inUri);
        }
        var rest =
                encoded(fragment < 0 ? address.substring(path) : address.substring(path, fragment), WebAddress::inUri);
        return encoded(address.substring(0, path), character -> true)
                + rest
                + (fragment < 0 ? "" : "#" + encoded(address.substring(fragment + 1), WebAddress::inUri));
    }

    private static Optional<String> authority(String scheme, String text) {
        var at = text.lastIndexOf('@');
        var colon = text.lastIndexOf(':');
        var hasPort = colon > at && colon > text.lastIndexOf(']');
        var host = WebHost.normalized(text.substring(at + 1, hasPort ? colon : text.length()));
        var port = port(scheme, hasPort ? text.substring(colon + 1) : "");
        return host.flatMap(name -> port.map(number -> credentials(text, at) + name + number));
    }

    private static String credentials(String authority, int at) {
        if (at < 0) {
            return "";
        }
        var user = authority.substring(0, at);
        var colon = user.indexOf(':');
        var name = encoded(colon < 0 ? user : user.substring(0, colon), WebAddress::inCredentials);
        var password = colon < 0 ? "" : encoded(user.substring(colon + 1), WebAddress::inCredentials);
        return name + (password.isEmpty() ? "" : ":" + password) + (name.isEmpty() && password.isEmpty() ? "" : "@");
    }

    private static Optional<String> port(String scheme, String text) {
        var digits = text.replaceFirst("^0+(?=[0-9])", "");
        if (!PORT.matcher(digits).matches() || digits.length() > 5) {
            return Optional.empty();
        }
        if (digits.isEmpty() || digits.equals(scheme.equals("https") ? "443" : "80")) {
            return Optional.of("");
        }
        return Optional.of(":" + digits).filter(any -> Integer.parseInt(digits) <= 65_535);
    }

    private static String path(String text) {
        var segments = new ArrayDeque<String>();
        var given = (text.isEmpty() ? "/" : text).substring(1).split("[/\\\\]", -1);
        for (var i = 0; i < given.length; i++) {
            var last = i == given.length - 1;
            switch (given[i].toLowerCase(Locale.ROOT).replace("%2e", ".")) {
                case ".." -> {
                    segments.pollLast();
                    if (last) {
                        segments.add("");
                    }
                }
                case "." -> {
                    if (last) {
                        segments.add("");
                    }
                }
                default -> segments.add(encoded(given[i], WebAddress::inPath));
            }
        }
        return "/" + String.join("/", segments);
    }

    /** Text in UTF-8 with percent signs in place of bytes that are not ASCII or not permitted. What is encoded already stays. */
    private static String encoded(String text, IntPredicate permitted) {
        var encoded = new StringBuilder();
        for (var octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0x20 && octet < 0x7F && permitted.test(octet)) {
                encoded.append((char) octet);
            } else {
                encoded.append(String.format("%%%02X", octet));
            }
        }
        return encoded.toString();
    }

    private static boolean inUri(int character) {
        return "\"#<>[\\]^`{|}".indexOf(character) < 0;
    }

    private static boolean inFragment(int character) {
        return "\"<>`".indexOf(character) < 0;
    }

    private static boolean inQuery(int character) {
        return "\"#<>'".indexOf(character) < 0;
    }

    private static boolean inPath(int character) {
        return "\"#<>?^`{}".indexOf(character) < 0;
    }

    private static boolean inCredentials(int character) {
        return inPath(character) && "/:;=@[\\]|".indexOf(character) < 0;
    }
}
