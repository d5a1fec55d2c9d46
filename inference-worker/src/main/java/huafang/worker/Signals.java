package huafang.worker;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Has a signal end the application first, which waits for what is being painted, and the JVM after
 * it. By itself the JVM would begin with its shutdown hooks, all at once, and ONNX Runtime's hook
 * frees its environment under the images in work: the process would crash in the middle of a
 * network.
 */
@Singleton
class Signals {
    private static final List<String> TO_END = List.of("TERM", "INT");

    void watch(@Observes StartupEvent start) throws ReflectiveOperationException {
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            for (String name : TO_END) {
                handle(name, Quarkus::asyncExit);
            }
        }
    }

    /** The JDK's only way to hear of a signal is a class whose very name javac warns of. */
    private static void handle(String name, Runnable action) throws ReflectiveOperationException {
        Class<?> signal = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object listener =
                Proxy.newProxyInstance(
                        handler.getClassLoader(),
                        new Class<?>[] {handler},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("handle")) {
                                action.run();
                            }
                            return null;
                        });
        Object named = signal.getConstructor(String.class).newInstance(name);
        signal.getMethod("handle", signal, handler).invoke(null, named, listener);
    }
}
