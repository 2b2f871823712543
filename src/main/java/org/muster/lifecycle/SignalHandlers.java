package org.muster.lifecycle;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * SIGTERM and SIGINT. By reflection, because the compiler's warning about {@code sun.misc.Signal} cannot be switched off,
 * and because a server need not let applications see it: then its own way of stopping stays.
 */
final class SignalHandlers {
    private static final String[] NAMES = {"TERM", "INT"};
    private static final List<Runnable> RESTORING = new ArrayList<>();

    private SignalHandlers() {}

    /** From now on runs this, in a thread of its own, where the server would have stopped. */
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
                RESTORING.add(() -> {
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
                            "The server stops by its own rules: signals cannot be handled here");
        }
    }

    /** From now on the server stops as before. */
    static synchronized void release() {
        RESTORING.forEach(Runnable::run);
        RESTORING.clear();
    }
}
