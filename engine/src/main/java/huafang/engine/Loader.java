package huafang.engine;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Loads the files of a command line when they are needed, each once, and closes them together. Any
 * number of threads may ask.
 */
final class Loader implements HiresArguments.Lent, AutoCloseable {
    private final Arguments arguments;
    private final PrintStream progress;
    private final Map<Path, AutoCloseable> loaded = new HashMap<>();
    private final Deque<AutoCloseable> order = new ArrayDeque<>();

    Loader(Arguments arguments, PrintStream progress) {
        this.arguments = arguments;
        this.progress = progress;
    }

    StableDiffusion checkpoint() {
        return model(arguments.checkpoint());
    }

    /** One of those that have names, or of a file. */
    @Override
    public Upscaler upscaler(String name) {
        return Upscaler.named(name)
                .orElseGet(() ->
                        load(
                                Path.of(name),
                                Upscaler.class,
                                file -> Upscaler.load(file, arguments.device())));
    }

    @Override
    public StableDiffusion second() {
        return model(new HiresArguments(arguments).checkpoint().orElseThrow());
    }

    @Override
    public StableDiffusion refiner() {
        return model(new HiresArguments(arguments).refinerFile().orElseThrow());
    }

    /** All have the VAE that is asked for: the last one decodes the picture. */
    private StableDiffusion model(Path checkpoint) {
        return load(
                checkpoint,
                StableDiffusion.class,
                file ->
                        StableDiffusion.load(
                                file, arguments.vae(), arguments.vaeTiles(), arguments.device()));
    }

    private synchronized <T extends AutoCloseable> T load(
            Path file, Class<T> kind, Function<Path, T> reader) {
        if (!loaded.containsKey(file)) {
            progress.println("loading " + file);
            T read = reader.apply(file);
            loaded.put(file, read);
            order.push(read);
        }
        return kind.cast(loaded.get(file));
    }

    @Override
    public void close() {
        for (AutoCloseable each : order) {
            switch (each) {
                case StableDiffusion model -> model.close();
                case Upscaler upscaler -> upscaler.close();
                default -> throw new IllegalStateException("loaded " + each);
            }
        }
    }
}
