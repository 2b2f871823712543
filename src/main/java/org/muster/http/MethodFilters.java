package org.muster.http;

import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;

/** Gives each resource method the filters that are made from its annotations, once. */
@Provider
public class MethodFilters implements DynamicFeature {
    @Override
    public void configure(ResourceInfo resource, FeatureContext method) {
        if (!resource.getResourceMethod().isAnnotationPresent(ForeignParameters.class)) {
            method.register(new UnknownParameterFilter(resource.getResourceMethod()));
        }
        method.register(new RequestBodyFilter(resource));
    }
}
