package org.muster.users;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The caller of this method is looked up by its first statement, together with what that reads: one round trip less. Until then
 * only the {@link Requester} is known.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface DeferredAuthentication {}
