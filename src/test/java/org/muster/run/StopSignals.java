package org.muster.run;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Handles the signals that ask this process to stop. Uses reflection, because the compiler's warning about {@code sun.misc.Signal}
 * cannot be suppressed. With a shutdown hook, the exit code would not be 0.
 */
final class StopSignals {
    private StopSignals() {}

    /** Runs the action on each of the signals, in a separate thread. The process is not ended. */
    static void handle(Runnable action) {
        for (var name : new String[] {"INT", "TERM", "HUP"}) {
            handle(name, action);
        }
    }

    private static void handle(String name, Runnable action) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var handler = Class.forName("sun.misc.SignalHandler");
            var calling = Proxy.newProxyInstance(
                    StopSignals.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
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
