package org.muster.http;

import java.nio.charset.StandardCharsets;

/** An event in the format of {@code text/event-stream}. No value may contain a line break. */
public final class ServerSentEvent {
    private final StringBuilder lines = new StringBuilder();

    /** Adds a comment, which clients ignore. */
    public ServerSentEvent comment(String text) {
        lines.append(": ").append(text).append('\n');
        return this;
    }

    /** Sets the id, with which the client returns in {@code Last-Event-ID}. */
    public ServerSentEvent id(String id) {
        return field("id", id);
    }

    /** Sets the name. */
    public ServerSentEvent name(String name) {
        return field("event", name);
    }

    /** Sets after how many milliseconds the client reconnects. */
    public ServerSentEvent retry(long millis) {
        return field("retry", String.valueOf(millis));
    }

    /** Sets the data. */
    public ServerSentEvent data(String data) {
        return field("data", data);
    }

    private ServerSentEvent field(String name, String value) {
        lines.append(name).append(": ").append(value).append('\n');
        return this;
    }

    byte[] bytes() {
        return (lines + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
