package org.muster.json;

import jakarta.json.spi.JsonProvider;

/** The server's JSON-P provider. */
public final class Provider {
    /** The provider. The methods of {@link jakarta.json.Json} look it up at each call, which is slow. */
    public static final JsonProvider JSON = JsonProvider.provider();

    private Provider() {}
}
