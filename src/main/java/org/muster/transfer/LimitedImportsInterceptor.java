package org.muster.transfer;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import org.muster.limits.ConcurrencyLimits;
import org.muster.limits.Turn;
import org.muster.users.Caller;

/** Has an import wait for its turn before its transaction begins, and takes a connection. */
@LimitedImports
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE)
public class LimitedImportsInterceptor {
    @Inject
    ConcurrencyLimits limits;

    @AroundInvoke
    Object run(InvocationContext call) throws Exception {
        var importing = (GroupImportResource) call.getTarget();
        var places =
                limits.await(Turn.IMPORT, Caller.required(importing.security).user());
        try {
            return call.proceed();
        } finally {
            places.close();
        }
    }
}
