package org.muster.http;

import java.net.InetAddress;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Hosts in addresses of web pages and of e-mail, as browsers read them: domain names in any script, IPv4 addresses in any notation, IPv6
 * addresses. {@link java.net.IDN} follows older rules, by which {@code straße} is {@code strasse}.
 */
public final class WebHost {
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9A-Fa-f:.]+]");
    private static final Pattern BROKEN_ENCODING = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final Pattern FORBIDDEN = Pattern.compile("[\\x00-\\x20\"#%/:<>?@\\[\\\\\\]^`{|}\\x7F\\uFFFD]");
    private static final Pattern DOTS = Pattern.compile("[\\u3002\\uFF0E\\uFF61]");
    /** Characters that a domain name has or lacks without a difference. */
    private static final Pattern IGNORED =
            Pattern.compile("[\\u00AD\\u034F\\u180B-\\u180D\\u200B\\u2060\\u2064\\uFE00-\\uFE0F\\uFEFF]");

    /** More than a name can have between two dots. */
    private static final Pattern LONG_LABEL = Pattern.compile("[^.]{64}");

    private WebHost() {}

    /** The host in ASCII; empty if it is none. */
    public static Optional<String> normalized(String text) {
        if (text.startsWith("[")) {
            return Optional.of(text.toLowerCase(Locale.ROOT)).filter(WebHost::isIpv6);
        }
        if (text.isEmpty() || BROKEN_ENCODING.matcher(text).find()) {
            return Optional.empty();
        }
        var decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        var plain = DOTS.matcher(IGNORED.matcher(decoded).replaceAll("")).replaceAll(".");
        var folded = Normalizer.normalize(
                Normalizer.normalize(plain, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
        if (LONG_LABEL.matcher(folded).find()) {
            return Optional.empty();
        }
        var domain = Arrays.stream(folded.split("\\.", -1)).map(WebHost::ascii).collect(Collectors.joining("."));
        if (domain.replace(".", "").isEmpty() || FORBIDDEN.matcher(domain).find()) {
            return Optional.empty();
        }
        return Ipv4.isMeantBy(domain) ? Ipv4.normalized(domain) : Optional.of(domain);
    }

    private static boolean isIpv6(String text) {
        try {
            return IPV6.matcher(text).matches() && InetAddress.getByName(text) != null;
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }

    /** The label of a domain name, as Punycode (RFC 3492) if it is not ASCII. */
    private static String ascii(String label) {
        var points = label.codePoints().toArray();
        if (Arrays.stream(points).allMatch(point -> point < 0x80)) {
            return label;
        }
        var output = new StringBuilder();
        Arrays.stream(points).filter(point -> point < 0x80).forEach(output::appendCodePoint);
        var basic = output.length();
        if (basic > 0) {
            output.append('-');
        }
        var handled = basic;
        var bias = 72;
        var delta = 0;
        for (var next = 0x80; handled < points.length; next++) {
            var least = next;
            var smallest =
                    Arrays.stream(points).filter(point -> point >= least).min().orElseThrow();
            delta += (smallest - next) * (handled + 1);
            next = smallest;
            for (var point : points) {
                if (point < next) {
                    delta++;
                } else if (point == next) {
                    append(output, delta, bias);
                    bias = adapted(delta, handled + 1, handled == basic);
                    delta = 0;
                    handled++;
                }
            }
            delta++;
        }
        return "xn--" + output;
    }

    private static void append(StringBuilder output, int delta, int bias) {
        var rest = delta;
        for (var position = 36; ; position += 36) {
            var threshold = Math.max(1, Math.min(26, position - bias));
            if (rest < threshold) {
                output.append(digit(rest));
                return;
            }
            output.append(digit(threshold + (rest - threshold) % (36 - threshold)));
            rest = (rest - threshold) / (36 - threshold);
        }
    }

    private static char digit(int value) {
        return (char) (value < 26 ? 'a' + value : '0' + value - 26);
    }

    private static int adapted(int delta, int points, boolean first) {
        var damped = first ? delta / 700 : delta / 2;
        damped += damped / points;
        var steps = 0;
        while (damped > 35 * 26 / 2) {
            damped /= 35;
            steps += 36;
        }
        return steps + 36 * damped / (damped + 38);
    }

    /** IPv4 addresses: one to four numbers, each decimal, octal or hexadecimal; the last fills the remaining bytes. */
    private static final class Ipv4 {
        private static final Pattern NUMBER = Pattern.compile("[0-9]+|0x[0-9a-f]*");

        static boolean isMeantBy(String domain) {
            var parts = parts(domain);
            return NUMBER.matcher(parts[parts.length - 1]).matches();
        }

        static Optional<String> normalized(String domain) {
            var parts = parts(domain);
            if (parts.length > 4) {
                return Optional.empty();
            }
            var address = 0L;
            for (var i = 0; i < parts.length; i++) {
                var bytes = i == parts.length - 1 ? 5 - parts.length : 1;
                var number = number(parts[i]);
                if (number < 0 || number >= 1L << 8 * bytes) {
                    return Optional.empty();
                }
                address = (address << 8 * bytes) + number;
            }
            return Optional.of(
                    (address >> 24) + "." + (address >> 16 & 255) + "." + (address >> 8 & 255) + "." + (address & 255));
        }

        private static String[] parts(String domain) {
            return (domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain).split("\\.", -1);
        }

        /** -1 if it is none. */
        private static long number(String text) {
            if (!NUMBER.matcher(text).matches() || text.length() > 20) {
                return -1;
            }
            try {
                if (text.startsWith("0x")) {
                    return text.length() == 2 ? 0 : Long.parseLong(text.substring(2), 16);
                }
                return Long.parseLong(text, text.length() > 1 && text.startsWith("0") ? 8 : 10);
            } catch (NumberFormatException noNumber) {
                return -1;
            }
        }
    }
}
