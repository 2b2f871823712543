package org.muster.security;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What careless and hostile clients send. */
final class BadValues {
    /** Texts, some of them valid somewhere. Surrogates may be alone. */
    static final List<String> TEXTS = List.of(
            "",
            " ",
            "a",
            "x".repeat(101),
            "x".repeat(300),
            "x".repeat(5_001),
            "x".repeat(70_000),
            "é".repeat(2_001),
            "\ud83d\udeb4".repeat(101),
            "e" + "\u0301".repeat(2_000),
            "\ufdfa".repeat(2_000),
            "\0",
            "a\0b",
            "\u0001",
            "\u001b[31m",
            "\u0085",
            "\u009f",
            "\u007f",
            "a\r\nSet-Cookie: b=c",
            "a\nb",
            "\t",
            "\u202egnp.exe",
            "\u2066a\u2069",
            "\u200b\u200d\u2060",
            "\u3164",
            "\u2800",
            "\u00ad",
            "\ufeffa",
            "\ufffe",
            "\uffff",
            "\ufffd",
            "\ud83d",
            "\udc00",
            "a\udc00\ud83d",
            "\udbff\udfff",
            "\ue000",
            "İstanbul ıI",
            "ŁÓDŹ Straße ﬁ Ⅷ ①",
            "Ὀδυσσεύς ΣΊΣΥΦΟΣ",
            "登山 とざん ﾄｻﾞﾝ 등산",
            "العربية עברית",
            "नमस्ते ๓ ٣",
            "👩‍👩‍👧‍👦🏳️‍🌈",
            "' OR 1=1 --",
            "'; DROP TABLE user_account; --",
            "\\",
            "\\'\"`",
            "%s%n%x",
            "{0}{1}",
            "${jndi:ldap://x}",
            "#{7*7}${7*7}",
            "<script>alert(1)</script>",
            "=cmd|' /C calc'!A0",
            "../../../../etc/passwd",
            "..;/",
            "%00",
            "%2e%2e%2f",
            "javascript:alert(1)",
            "https://user:secret@[::1]:99999/",
            "http://ａ.example/\u2028",
            "data:text/html,x",
            "a@b@c",
            "\"a b\"@example.org",
            "a".repeat(64) + "@" + "b.".repeat(4_000) + "org",
            "a@xn--" + "z".repeat(300),
            "null",
            "true",
            "NaN",
            "Infinity",
            "-0",
            "1e9",
            "1E-400",
            "0x10",
            "+5",
            "٣",
            "1_000",
            "2147483648",
            "-2147483649",
            "9223372036854775808",
            "9".repeat(5_000),
            "0000-00-00",
            "0000-00-00T00:00",
            "2037-02-30T10:00",
            "2037-07-01T24:00",
            "2037-07-01T23:59:60Z",
            "2037-07-01T18:30:00.1234567890123Z",
            "2037-07-01T18:30:00+25:00",
            "2037-07-01T18:30:00-18:00",
            "2037-07-01T18:30:00[Europe/Paris]",
            "+999999999-12-31T23:59:59Z",
            "-999999999-01-01T00:00:00Z",
            "+1000000000-01-01T00:00:00Z",
            "2037-W27-3",
            "20370701T183000Z",
            "２０３７-０７-０１T１８:３０",
            "-infinity",
            "epoch",
            "now",
            "UTC+25",
            "GMT+0",
            "Etc/Unknown",
            "Foo/Bar",
            "europe/paris",
            "SystemV/EST5",
            "+14:00",
            "EST5EDT",
            "Europe/Paris\0",
            "../UTC",
            "00000000-0000-0000-0000-000000000000",
            "00000000-0000-7000-8000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
            "1-1-1-1-1",
            "{019cb2f8-a653-7893-923f-0824128b2f33}",
            "urn:uuid:019cb2f8-a653-7893-923f-0824128b2f33",
            "AAAA",
            "AA",
            "_-_-",
            "bm90LWEta2V5",
            "MDE5Y2IyZjgtYTY1My03ODkzLTkyM2YtMDgyNDEyOGIyZjMzIDEgMg",
            "*",
            "\"1\"",
            "W/\"1\"",
            "\"",
            "\"1\", ".repeat(1_000),
            "\"99999999999999999999\"",
            "\"-1\"",
            "now,now");

    private static final List<String> OTHER_JSON = List.of(
            "null",
            "true",
            "false",
            "0",
            "-0",
            "-1",
            "1.5",
            "1.0",
            "1e0",
            "1e3",
            "2147483647",
            "2147483648",
            "-2147483649",
            "4294967297",
            "9007199254740993",
            "9223372036854775808",
            "1e400",
            "-1e400",
            "1e-400",
            "1e1000000000",
            "1e-1000000000",
            "1e2147483647",
            "1e-2147483648",
            "1e99999999999999",
            "9".repeat(400),
            "9".repeat(5_000),
            "0." + "0".repeat(5_000) + "1",
            "1" + "0".repeat(1_200) + "e-1200",
            "[]",
            "[null]",
            "[1,\"a\",{}]",
            "[[]]",
            "{}",
            "{\"a\":{\"b\":[]}}",
            "{\"\":null}",
            "[".repeat(2_000) + "]".repeat(2_000),
            "{\"a\":".repeat(900) + "1" + "}".repeat(900),
            "[" + "0,".repeat(20_000) + "0]",
            "[" + "\"mon\",".repeat(2_000) + "\"mon\"]",
            // No JSON at all
            "",
            "01",
            "+1",
            ".5",
            "1.",
            "0x1",
            "NaN",
            "Infinity",
            "undefined",
            "'a'",
            "\"\\x41\"",
            "\"\\u12\"",
            "\"\\ud83d\\u0041\"",
            "\"a",
            "\"a\tb\"",
            "/* a */ 1",
            "1 2",
            "\"a\" \"b\"",
            "True",
            "}",
            "]");

    /** Bytes that are not UTF-8. */
    private static final List<String> NO_UTF_8 = List.of(
            "\u00ff",
            "\u00c0\u0080",
            "\u00ed\u00a0\u0080",
            "\u00f8\u0088\u0080\u0080\u0080",
            "\u00e9",
            "\u00f4\u0090\u0080\u0080",
            "\u00c3");

    private BadValues() {}

    /** Values in place of a field's in a JSON document, as bytes. */
    static List<byte[]> json() {
        var texts = TEXTS.stream()
                .map(text -> TextNode.valueOf(text).toString())
                .map(BadValues::escaped)
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
        var others = OTHER_JSON.stream().map(text -> text.getBytes(StandardCharsets.UTF_8));
        var bytes = NO_UTF_8.stream().map(text -> ("\"" + text + "\"").getBytes(StandardCharsets.ISO_8859_1));
        return Stream.of(texts, others, bytes).flatMap(values -> values).toList();
    }

    /** Values in place of a parameter's in a path or a query, percent-encoded, with some that are encoded badly. */
    static List<String> encoded() {
        var texts = TEXTS.stream().filter(text -> text.length() < 5_000).map(BadValues::percentEncoded);
        var bytes = NO_UTF_8.stream().map(BadValues::percentEncodedBytes);
        var plain = Stream.of(
                "a+b", "a%20b", "%0d%0aX:%20y", "%2F", "%5C", "%3B", ";a=b", "a;b", "%25", "%E2%82", "%u0041");
        return Stream.of(texts, bytes, plain).flatMap(values -> values).toList();
    }

    /** As {@link #encoded}, but what is not a URI. */
    static List<String> unencodable() {
        return List.of("%", "%zz", "%1", "a b", "é", "\u0001", "\"<>\\^`{|}", "#a", "\u007f", "a\tb");
    }

    /** Surrogates that are alone, and control characters, as escapes: there is no other way to write them. */
    private static String escaped(String json) {
        return json.codePoints()
                .mapToObj(character -> character >= 0xd800 && character < 0xe000 || character == 0xffff
                        ? "\\u%04x".formatted(character)
                        : Character.toString(character))
                .collect(Collectors.joining());
    }

    private static String percentEncoded(String text) {
        var bytes = new ByteArrayOutputStream();
        text.codePoints().forEach(character -> {
            if (character >= 0xd800 && character < 0xe000) {
                bytes.write(0xe0 | character >> 12);
                bytes.write(0x80 | character >> 6 & 0x3f);
                bytes.write(0x80 | character & 0x3f);
            } else {
                bytes.writeBytes(Character.toString(character).getBytes(StandardCharsets.UTF_8));
            }
        });
        return percentEncodedBytes(bytes.toString(StandardCharsets.ISO_8859_1));
    }

    private static String percentEncodedBytes(String bytes) {
        return bytes.chars()
                .mapToObj(each -> Character.isLetterOrDigit(each) && each < 0x80 || "-._~".indexOf(each) >= 0
                        ? Character.toString(each)
                        : "%%%02X".formatted(each))
                .collect(Collectors.joining());
    }
}
