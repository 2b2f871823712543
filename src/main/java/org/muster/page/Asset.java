package org.muster.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.muster.database.Sha256;
import org.muster.http.ConditionalRequests;

/** A static file with its hash and, if that is smaller, its compressed content. */
final class Asset {
    private static final Pattern REFUSES_GZIP = Pattern.compile("gzip\\s*+;\\s*+q=0(?:\\.0*+)?+\\s*+(?:,|$)");

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

    /** Creates an asset. The extension of the name determines the media type. */
    static Asset of(String name, byte[] content) {
        return new Asset(type(name), content);
    }

    String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    String hash() {
        return hash;
    }

    /**
     * Sends the file, compressed if the browser accepts gzip, with the status that is set; in place of 200 it is 304 if the browser's copy
     * is current.
     *
     * @param cacheControl the value of the {@code Cache-Control} header
     */
    void send(HttpServletRequest request, HttpServletResponse response, String cacheControl) throws IOException {
        var gzip = compressed.filter(any -> acceptsGzip(request));
        var tag = hash + (gzip.isPresent() ? "-gzip" : "");
        response.setHeader("Cache-Control", cacheControl);
        response.setHeader("ETag", "\"" + tag + "\"");
        compressed.ifPresent(any -> response.addHeader("Vary", "Accept-Encoding"));
        if (response.getStatus() == HttpServletResponse.SC_OK
                && ConditionalRequests.has(request.getHeader("If-None-Match"), tag)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        response.setContentType(type);
        gzip.ifPresent(any -> response.setHeader("Content-Encoding", "gzip"));
        var body = gzip.orElse(content);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    static boolean acceptsGzip(HttpServletRequest request) {
        var accepted = Optional.ofNullable(request.getHeader("Accept-Encoding"))
                .orElse("")
                .toLowerCase(Locale.ROOT);
        return accepted.contains("gzip") && !REFUSES_GZIP.matcher(accepted).find();
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "js", "mjs" -> "text/javascript; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "svg" -> "image/svg+xml; charset=utf-8";
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
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static String hash(byte[] content) {
        return HexFormat.of().formatHex(Sha256.of(content), 0, 8);
    }
}
