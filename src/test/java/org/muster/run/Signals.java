package org.muster.run;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * The signals that ask this process to stop. By reflection, because the compiler's warning about {@code sun.misc.Signal}
 * cannot be switched off; a shutdown hook would not do, because the exit code would not be 0.
 */
final class Signals {
    private Signals() {}

    /** From now on runs the action each time, in a thread of its own, where this would have ended the process. */
    static void onStop(Runnable action) {
        for (var name : new String[] {"INT", "TERM", "HUP"}) {
            handle(name, action);
        }
    }

    private static void handle(String name, Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var calling = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                        action.run();
                        return null;
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), calling);
        } catch (InvocationTargetException unknownHere) {
            // Windows has no HUP.
        } catch (ReflectiveOperationException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
