package org.muster.security;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Sends HTTP/1.1 byte by byte as it is given, right or wrong, each request on a connection of its own. */
record RawHttp(URI base) {
    private static final int TIMEOUT_MS = 10_000;

    /**
     * A request.
     *
     * @param target path and query; characters are bytes
     * @param headers lines without their ends; characters are bytes
     * @param broken whether it is not HTTP, so that the server may answer by itself
     */
    record Request(String method, String target, List<String> headers, byte[] body, boolean broken) {
        private byte[] bytes() {
            var head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
            headers.forEach(line -> head.append(line).append("\r\n"));
            var bytes = new ByteArrayOutputStream();
            bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
            bytes.writeBytes(body);
            return bytes.toByteArray();
        }

        /** Returns it in ASCII, shortened, to be read by people. */
        @Override
        public String toString() {
            var text = new StringBuilder();
            for (var each : bytes()) {
                var character = (char) (each & 0xff);
                if (character >= ' ' && character < 0x7f || character == '\n') {
                    text.append(character);
                } else if (character != '\r') {
                    text.append("\\x%02x".formatted((int) character));
                }
            }
            return text.length() < 2_500
                    ? text.toString()
                    : text.substring(0, 2_000) + " … (" + text.length() + " characters) … "
                            + text.substring(text.length() - 300);
        }
    }

    /** A response. An event stream's body is left unread. */
    record Response(int status, String head, byte[] body) {
        Optional<String> header(String name) {
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        }

        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** Returns the response; empty if the server closed the connection without one. */
    Optional<Response> send(Request request) throws IOException {
        try (var socket = new Socket(base.getHost(), base.getPort())) {
            socket.setSoTimeout(TIMEOUT_MS);
            try {
                socket.getOutputStream().write(request.bytes());
                if (request.broken()) {
                    // Else the server may wait for more.
                    socket.shutdownOutput();
                }
            } catch (SocketException refusedEarly) {
                // The response may have come before the end of the request.
            }
            return read(socket.getInputStream());
        } catch (SocketException reset) {
            return Optional.empty();
        }
    }

    private static Optional<Response> read(InputStream input) throws IOException {
        var head = head(input);
        // A 100 precedes the response.
        while (head.startsWith("HTTP/1.1 1")) {
            head = head(input);
        }
        if (!head.matches("(?s)HTTP/1\\.[01] \\d{3}.*")) {
            return Optional.empty();
        }
        var response = new Response(Integer.parseInt(head.substring(9, 12)), head, new byte[0]);
        if (response.header("Content-Type").orElse("").startsWith("text/event-stream")) {
            return Optional.of(response);
        }
        var length = response.header("Content-Length");
        var body = length.isPresent() ? input.readNBytes(Integer.parseInt(length.get())) : input.readAllBytes();
        var chunked = response.header("Transfer-Encoding").orElse("").equalsIgnoreCase("chunked");
        return Optional.of(new Response(response.status(), head, chunked ? unchunked(body) : body));
    }

    private static String head(InputStream input) throws IOException {
        var head = new StringBuilder();
        for (var next = input.read(); next >= 0; next = input.read()) {
            head.append((char) next);
            if (next == '\n'
                    && head.length() > 3
                    && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                break;
            }
        }
        return head.toString();
    }

    private static byte[] unchunked(byte[] body) {
        var text = new String(body, StandardCharsets.ISO_8859_1);
        var content = new StringBuilder();
        for (var at = 0; at < text.length(); ) {
            var end = text.indexOf("\r\n", at);
            var size = Integer.parseInt(text.substring(at, end).strip(), 16);
            if (size == 0) {
                break;
            }
            content.append(text, end + 2, end + 2 + size);
            at = end + 2 + size + 2;
        }
        return content.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
