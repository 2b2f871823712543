package org.muster.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.muster.http.ConditionalRequests;

/** A file that browsers get, with what is made of it once: its hash and, if that is smaller, its compressed form. */
final class Asset {
    private static final Pattern REFUSES_GZIP = Pattern.compile("gzip\\s*;\\s*q=0(\\.0*)?\\s*(,|$)");

    private final String type;
    private final byte[] content;
    private final Optional<byte[]> compressed;
    private final String hash;

    private Asset(String type, byte[] content) {
        this.type = type;
        this.content = content;
        var gzip = gzip(content);
        compressed = gzip.length < content.length ? Optional.of(gzip) : Optional.empty();
        hash = hash(content);
    }

    /** A file; what kind of one is told by how its name ends. */
    static Asset of(String name, byte[] content) {
        return new Asset(type(name), content);
    }

    String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    String hash() {
        return hash;
    }

    /** Answers with it, compressed if the browser takes that, or 304 if the browser has it. */
    void send(HttpServletRequest request, HttpServletResponse response, String caching) throws IOException {
        var accepted = Optional.ofNullable(request.getHeader("Accept-Encoding"))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        var zipped = compressed.filter(any ->
                accepted.contains("gzip") && !REFUSES_GZIP.matcher(accepted).find());
        var tag = hash + (zipped.isPresent() ? "-gzip" : "");
        response.setHeader("Cache-Control", caching);
        response.setHeader("ETag", "\"" + tag + "\"");
        compressed.ifPresent(any -> response.setHeader("Vary", "Accept-Encoding"));
        if (ConditionalRequests.has(request.getHeader("If-None-Match"), tag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(type);
        zipped.ifPresent(any -> response.setHeader("Content-Encoding", "gzip"));
        var body = zipped.orElse(content);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js", "mjs" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            case "json" -> "application/json";
            case "webmanifest" -> "application/manifest+json";
            case "woff2" -> "font/woff2";
            default -> "application/octet-stream";
        };
    }

    private static byte[] gzip(byte[] content) {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException cannotBe) {
            throw new UncheckedIOException(cannotBe);
        }
        return bytes.toByteArray();
    }

    private static String hash(byte[] content) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IllegalStateException(everyJvmHasIt);
        }
    }
}
