package org.muster.http;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import org.muster.database.Consistency;
import org.muster.problems.Problem;

/** Calls a resource method again if it has refused a request after it had read on a replica, which may not know yet what was asked for. */
@Interceptor
@ConsistentReads
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 50)
public class ConsistentReadsInterceptor {

    @AroundInvoke
    Object run(InvocationContext method) throws Exception {
        try {
            return method.proceed();
        } catch (Problem refusal) {
            if (!Consistency.leaveReplicas()) {
                throw refusal;
            }
            return method.proceed();
        }
    }
}
