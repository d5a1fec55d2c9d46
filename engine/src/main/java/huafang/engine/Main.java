package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.pixels.Pixels;
import huafang.engine.png.Png;
import huafang.engine.sampling.StepListener;
import huafang.engine.tensor.Tensor;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Paints pictures from a shell. Their files carry no text: what services write into theirs is
 * theirs to know.
 */
public final class Main {
    private static final int PAINTED = 0;
    private static final int NOT_PAINTED = 1;
    private static final int SENSELESS = 2;

    private final PrintStream out;
    private final PrintStream progress;

    Main(PrintStream out, PrintStream progress) {
        this.out = out;
        this.progress = progress;
    }

    /** See {@code --help}. */
    public static void main(String... words) {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        var progress = new PrintStream(new FileOutputStream(FileDescriptor.err), true, UTF_8);
        System.exit(new Main(out, progress).run(words));
    }

    int run(String... words) {
        if (List.of(words).contains("--help")) {
            out.print(Arguments.HELP);
            return PAINTED;
        }
        Arguments arguments;
        try {
            arguments = Arguments.parse(words);
            arguments.check();
        } catch (IllegalArgumentException e) {
            progress.println(e.getMessage());
            return SENSELESS;
        } catch (IllegalStateException e) { // the device
            progress.println(e.getMessage());
            return NOT_PAINTED;
        }
        try {
            if (arguments.upscale().given()) {
                upscale(arguments);
            } else {
                paint(arguments);
            }
            return PAINTED;
        } catch (CheckpointException
                | ArithmeticException
                | IllegalArgumentException
                | IllegalStateException e) {
            progress.println(e.getMessage());
        } catch (OutOfMemoryError e) {
            progress.println("too little memory: " + e.getMessage());
        } catch (UncheckedIOException e) {
            progress.println("cannot write " + e.getCause().getMessage());
        } catch (IOException e) {
            progress.println("cannot write " + e.getMessage());
        }
        return NOT_PAINTED;
    }

    private void paint(Arguments arguments) throws IOException {
        try (var loader = new Loader(arguments, progress)) {
            StableDiffusion model = loader.checkpoint();
            progress.println(model.description());
            paint(arguments.batch(), model, loader, arguments.device().runsRowsTogether() ? 8 : 1);
        }
    }

    /** So many at once. The steps of all are counted as one picture's. */
    private void paint(List<Arguments> pictures, StableDiffusion model, Loader loader, int atOnce)
            throws IOException {
        var problem = new AtomicReference<Throwable>();
        StepListener listener =
                pictures.size() == 1
                        ? new Progress(model, progress, pictures.getFirst().preview())
                        : new Together(pictures.size(), problem);
        try (var threads = Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
            for (Arguments each : pictures) {
                threads.submit(() -> {
                    try {
                        if (problem.get() == null) {
                            paint(each, model, loader, listener);
                        }
                    } catch (Throwable e) {
                        problem.compareAndSet(null, e);
                    }
                });
            }
        }
        switch (problem.get()) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case IOException e -> throw e;
            default -> throw new IllegalStateException(problem.get());
        }
    }

    /** Counts the steps of all pictures as one's, until one of them fails. */
    private final class Together implements StepListener {
        private final int pictures;
        private final AtomicReference<Throwable> problem;
        private final AtomicInteger steps = new AtomicInteger();

        private Together(int pictures, AtomicReference<Throwable> problem) {
            this.pictures = pictures;
            this.problem = problem;
        }

        @Override
        public boolean step(int done, int of) {
            Progress.tell(progress, "step", steps.incrementAndGet(), of * pictures);
            return isWanted();
        }

        @Override
        public boolean isWanted() {
            return problem.get() == null;
        }
    }

    private void paint(
            Arguments arguments, StableDiffusion model, Loader loader, StepListener steps)
            throws IOException {
        Request request = arguments.request(model.nativeWidth(), model.nativeHeight(), loader);
        long begin = System.nanoTime();
        Picture picture = model.paint(request, arguments.hires().manner(loader), steps);
        double seconds = (System.nanoTime() - begin) / 1e9;
        Files.write(arguments.out(), picture.png(Map.of()));
        if (arguments.latents().isPresent()) {
            Files.write(arguments.latents().get(), littleEndian(picture.latents()));
        }
        out.printf(
                Locale.ROOT,
                "%s  %d x %d, seed %d, %.1f s%n",
                arguments.out(),
                picture.width(),
                picture.height(),
                request.picture().seed(),
                seconds);
    }

    private void upscale(Arguments arguments) throws IOException {
        try (var loader = new Loader(arguments, progress)) {
            UpscaleArguments upscale = arguments.upscale();
            Pixels picture = upscale.picture();
            EnlargedSize size = upscale.size(picture);
            StepListener tiles =
                    (done, of) -> {
                        Progress.tell(progress, "tile", done, of);
                        return true;
                    };
            Upscaler first = loader.upscaler(upscale.first());
            Optional<Upscaler> second = upscale.second().map(loader::upscaler);
            long begin = System.nanoTime();
            Pixels one = size.of(picture, first, tiles);
            Pixels larger =
                    second.map(other ->
                                    EnlargedSize.blended(
                                            one,
                                            size.of(picture, other, tiles),
                                            upscale.visibility()))
                            .orElse(one);
            double seconds = (System.nanoTime() - begin) / 1e9;
            Files.write(
                    arguments.out(),
                    Png.encode(larger.width(), larger.height(), larger.data(), Map.of()));
            out.printf(
                    Locale.ROOT,
                    "%s  %d x %d, %.1f s%n",
                    arguments.out(),
                    larger.width(),
                    larger.height(),
                    seconds);
        }
    }

    private static byte[] littleEndian(Tensor tensor) {
        var bytes =
                ByteBuffer.allocate(Float.BYTES * tensor.data().length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.data());
        return bytes.array();
    }
}
