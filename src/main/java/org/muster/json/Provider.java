package org.muster.json;

import jakarta.json.spi.JsonProvider;

/** The server's implementation of JSON. */
public final class Provider {
    /** In place of the methods of {@link jakarta.json.Json}, each of which looks for an implementation each time. */
    public static final JsonProvider JSON = JsonProvider.provider();

    private Provider() {}
}
