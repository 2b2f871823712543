package org.muster.transfer;

import jakarta.ws.rs.NameBinding;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** A resource method whose calls wait for their turn: see {@link LimitedImportsFilter}. */
@NameBinding
@Retention(RetentionPolicy.RUNTIME)
@interface LimitedImports {}
