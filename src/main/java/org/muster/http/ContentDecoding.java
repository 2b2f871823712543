package org.muster.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;

/** Decompresses request bodies. Some servers do that themselves, and others do not. */
@Provider
@Priority(Priorities.ENTITY_CODER)
public class ContentDecoding implements ReaderInterceptor {
    @Context
    ResourceInfo resource;

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext body) throws IOException {
        if (RequestBodyFilter.compressed(body.getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING))) {
            // The compressed body has a limit too. The reader limits the decompressed one.
            var compressed = new LimitedInputStream(body.getInputStream(), RequestBodyFilter.maxMebibytes(resource));
            body.setInputStream(new GzipBody(compressed));
        }
        return body.proceed();
    }
}
