package huafang.engine.bench;

import huafang.engine.network.Networks;
import huafang.engine.sampling.Conditioning;
import huafang.engine.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Times how long a checkpoint takes to load, then UNet calls for one 512×512 picture, taking turns
 * with peers that do the same in other processes, so that all see the same machine. Prints a row
 * for each figure.
 */
public final class UNetBench {
    private static final float TIMESTEP = 500.5f;
    private static final int SIDE = 64;

    /** The first in a process may wait for memory that its machine has not given before. */
    private static final int LOADS = 3;

    private static final String NOISE = "noise.f32";

    private UNetBench() {}

    /**
     * @param arguments checkpoint, number of calls, and for each peer its name, the ratio hoped
     *     for, and its command in one word (tools/bench/*_peer.py)
     */
    public static void main(String... arguments) throws IOException {
        Path checkpoint = Path.of(arguments[0]);
        int calls = Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory("huafang-bench");
        double[] loads = new double[LOADS];
        for (int i = 0; i < LOADS - 1; i++) {
            long start = System.nanoTime();
            Networks.load(checkpoint).close();
            loads[i] = (System.nanoTime() - start) / 1e9;
        }
        long start = System.nanoTime();
        try (Networks networks = Networks.load(checkpoint)) {
            loads[LOADS - 1] = (System.nanoTime() - start) / 1e9;
            Tensor x = normal(1, 1, 4, SIDE, SIDE);
            Tensor context = normal(2, 1, 77, networks.config().unet().contextWidth());
            Tensor noise =
                    networks.predictNoise(x, new float[] {TIMESTEP}, Conditioning.of(context));
            System.out.printf(
                    Locale.ROOT,
                    "Load of %.1f GB, warm, to the first UNet call: %.1f s in a new process, then %.1f and %.1f s, median %.1f s (<= 4); to its end %.1f s%n",
                    Files.size(checkpoint) / 1e9,
                    loads[0],
                    loads[1],
                    loads[2],
                    median(loads),
                    (System.nanoTime() - start) / 1e9);
            write(folder.resolve("x.f32"), x);
            write(folder.resolve("context.f32"), context);
            for (int i = 2; i < arguments.length; i += 3) {
                try (Peer peer = Peer.start(arguments[i + 2].split(" "), checkpoint, folder)) {
                    if (peer != null) {
                        double[] ours = new double[calls];
                        double[] theirs = new double[calls];
                        for (int call = 0; call < calls; call++) {
                            ours[call] = call(networks, x, context);
                            theirs[call] = peer.call();
                        }
                        System.out.printf(
                                Locale.ROOT,
                                "UNet call at 512×512, medians of %d: Huafang %.2f s; %s %.2f s; ratio %.2f (<= %s)%s%n",
                                calls,
                                median(ours),
                                arguments[i],
                                median(theirs),
                                median(ours) / median(theirs),
                                arguments[i + 1],
                                apart(noise, folder.resolve(NOISE)));
                    }
                }
            }
            if (arguments.length == 2) {
                double[] ours = new double[calls];
                for (int call = 0; call < calls; call++) {
                    ours[call] = call(networks, x, context);
                }
                System.out.printf(
                        Locale.ROOT,
                        "UNet call at 512×512, median of %d: %.2f s%n",
                        calls,
                        median(ours));
            }
        } finally {
            for (String name : new String[] {"x.f32", "context.f32", NOISE}) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }

    private static double call(Networks networks, Tensor x, Tensor context) {
        long start = System.nanoTime();
        networks.predictNoise(x, new float[] {TIMESTEP}, Conditioning.of(context));
        return (System.nanoTime() - start) / 1e9;
    }

    private static String apart(Tensor ours, Path theirs) throws IOException {
        if (!Files.exists(theirs)) {
            return "";
        }
        double apart = difference(ours, read(theirs));
        Files.delete(theirs);
        return "; outputs differ by %.0e".formatted(apart);
    }

    private record Peer(Process process, BufferedReader answers) implements AutoCloseable {
        /** Starts it, or returns null after it has said on standard error why it does not run. */
        static Peer start(String[] command, Path checkpoint, Path folder) throws IOException {
            String[] whole = Arrays.copyOf(command, command.length + 2);
            whole[command.length] = checkpoint.toString();
            whole[command.length + 1] = folder.toString();
            Process process =
                    new ProcessBuilder(whole)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            var peer = new Peer(process, process.inputReader());
            if (!"ready".equals(peer.answers.readLine())) {
                peer.close();
                return null;
            }
            peer.call();
            return peer;
        }

        double call() throws IOException {
            process.outputWriter().append('\n').flush();
            return Double.parseDouble(answers.readLine());
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    private static double median(double[] seconds) {
        double[] sorted = seconds.clone();
        Arrays.sort(sorted);
        return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    }

    private static double difference(Tensor ours, float[] theirs) {
        double error = 0;
        double whole = 0;
        for (int i = 0; i < theirs.length; i++) {
            error += Math.pow(ours.data()[i] - theirs[i], 2);
            whole += Math.pow(theirs[i], 2);
        }
        return Math.sqrt(error / whole);
    }

    private static Tensor normal(int seed, int... shape) {
        Tensor tensor = Tensor.zeros(shape);
        var random = new Random(seed);
        for (int i = 0; i < tensor.data().length; i++) {
            tensor.data()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }

    private static void write(Path path, Tensor tensor) throws IOException {
        var bytes = ByteBuffer.allocate(4 * tensor.data().length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor.data());
        Files.write(path, bytes.array());
    }

    private static float[] read(Path path) throws IOException {
        var floats =
                ByteBuffer.wrap(Files.readAllBytes(path))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        float[] numbers = new float[floats.remaining()];
        floats.get(numbers);
        return numbers;
    }
}
