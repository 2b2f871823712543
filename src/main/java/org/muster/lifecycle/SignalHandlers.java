package org.muster.lifecycle;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Handles SIGTERM and SIGINT. Uses reflection, because the compiler's warning about {@code sun.misc.Signal} cannot be suppressed,
 * and because a server may hide it from applications: the server then stops in its own way.
 */
final class SignalHandlers {
    private static final String[] NAMES = {"TERM", "INT"};
    private static final List<Runnable> RESTORE = new ArrayList<>();

    private SignalHandlers() {}

    /** Runs this on a signal, in a thread of its own, instead of what the server would do. */
    static synchronized void handle(Runnable action) {
        var application = Thread.currentThread().getContextClassLoader();
        InvocationHandler calling = (proxy, method, arguments) -> switch (method.getName()) {
            case "handle" -> {
                Thread.currentThread().setContextClassLoader(application);
                action.run();
                yield null;
            }
            case "hashCode" -> System.identityHashCode(proxy);
            case "equals" -> proxy == arguments[0];
            default -> "Muster's";
        };
        try {
            var loader = ClassLoader.getSystemClassLoader();
            var signal = Class.forName("sun.misc.Signal", true, loader);
            var handler = Class.forName("sun.misc.SignalHandler", true, loader);
            var ours = Proxy.newProxyInstance(loader, new Class<?>[] {handler}, calling);
            var handle = signal.getMethod("handle", signal, handler);
            for (var name : NAMES) {
                var one = signal.getConstructor(String.class).newInstance(name);
                var theirs = handle.invoke(null, one, ours);
                RESTORE.add(() -> {
                    try {
                        handle.invoke(null, one, theirs);
                    } catch (ReflectiveOperationException unlikely) {
                        throw new IllegalStateException(unlikely);
                    }
                });
            }
        } catch (ReflectiveOperationException | LinkageError hidden) {
            System.getLogger(SignalHandlers.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "Signals cannot be handled on this server: it stops without waiting for requests in flight");
        }
    }

    /** Gives the signals back to the server. */
    static synchronized void release() {
        RESTORE.forEach(Runnable::run);
        RESTORE.clear();
    }
}
