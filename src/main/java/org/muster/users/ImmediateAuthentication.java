package org.muster.users;

import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;

/** Has callers looked up before the method is called, except by methods with {@link DeferredAuthentication}. */
@Provider
public class ImmediateAuthentication implements DynamicFeature {
    @Override
    public void configure(ResourceInfo resource, FeatureContext method) {
        if (!resource.getResourceMethod().isAnnotationPresent(DeferredAuthentication.class)) {
            method.register(new Filter(), Priorities.AUTHENTICATION + 1);
        }
    }

    private static final class Filter implements ContainerRequestFilter {
        @Override
        public void filter(ContainerRequestContext request) {
            Requester.of(request.getSecurityContext()).caller();
        }
    }
}
