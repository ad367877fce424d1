package io.ferrule.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * Hears the operating system's signals. A shutdown hook would need none of this, but it cannot tell a second signal from the
 * first, and a JVM that it ends exits with 143.
 *
 * <p>By reflection, because compiling against {@code sun.misc.Signal} gives warnings that cannot be switched off.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs {@code action}, on a thread of its own, each time the signal arrives.
     *
     * @param name without SIG, such as {@code TERM}
     * @return false if this platform or JVM (for instance with {@code -Xrs}) does not let us hear it
     */
    static boolean on(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> self == arguments[0];
                        case "toString" -> "handler of SIG" + name;
                        default -> handle(action);
                    });
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (InvocationTargetException notHeardHere) {
            return false;
        } catch (ReflectiveOperationException noSuchClass) {
            return false;
        }
    }

    @SuppressWarnings("NullAway") // what a method returning void gives to its proxy
    private static Object handle(Runnable action) {
        action.run();
        return null;
    }
}
