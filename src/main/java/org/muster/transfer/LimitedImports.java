package org.muster.transfer;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** A resource method whose calls wait for their turn before their bodies are read: see {@link ImportPlaceFilter}. */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@interface LimitedImports {}
