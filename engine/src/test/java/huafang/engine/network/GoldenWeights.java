package huafang.engine.network;

import huafang.engine.checkpoint.DType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/**
 * Writes the checkpoints that tools/golden/networks.py computed its numbers with. Every weight is
 * made from its name by the same whole-number arithmetic, so only names and shapes are stored.
 */
public final class GoldenWeights {
    private static final Set<String> QUIET = Set.of("deep", "sd2", "xl");

    private GoldenWeights() {}

    private record Entry(String dtype, String name, int[] shape) {
        static Entry parse(String line) {
            String[] words = line.split(" ");
            return new Entry(
                    words[0],
                    words[1],
                    Arrays.stream(words).skip(2).mapToInt(Integer::parseInt).toArray());
        }

        int count() {
            return Arrays.stream(shape).reduce(1, Math::multiplyExact);
        }

        int bytes() {
            return count() * DType.valueOf(dtype).bytes();
        }
    }

    /** Writes one of the checkpoints into a folder, stating this native size. */
    public static Path write(Path folder, String name, String resolution) {
        return write(folder, name, resolution, line -> line);
    }

    /**
     * The same with each line "format name shape…" changed; an empty line leaves that tensor out.
     */
    public static Path write(
            Path folder, String name, String resolution, UnaryOperator<String> change) {
        return write(folder, name, resolution, change, tensor -> 0);
    }

    /** The same with a number added to all of a tensor's, by its name. */
    public static Path write(
            Path folder,
            String name,
            String resolution,
            UnaryOperator<String> change,
            ToDoubleFunction<String> added) {
        List<Entry> entries =
                names(name)
                        .lines()
                        .map(change)
                        .flatMap(String::lines)
                        .filter(line -> !line.isEmpty())
                        .map(Entry::parse)
                        .toList();
        float loudness = QUIET.contains(name) ? 1 / 16f : 1;
        var header =
                new StringBuilder("{\"__metadata__\":{\"modelspec.resolution\":\"")
                        .append(resolution)
                        .append("\"}");
        long at = 0;
        for (Entry entry : entries) {
            header.append(
                    ",\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(
                                    entry.name,
                                    entry.dtype,
                                    Arrays.toString(entry.shape),
                                    at,
                                    at + entry.bytes()));
            at += entry.bytes();
        }
        byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        Path file = folder.resolve(name + ".safetensors");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(little(8).putLong(json.length).array());
            out.write(json);
            for (Entry entry : entries) {
                out.write(encode(entry, weight(entry, loudness, added.applyAsDouble(entry.name))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** A stored output, or a sample of one. */
    public static float[] golden(String name) {
        var floats =
                ByteBuffer.wrap(resource(name + ".f32"))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        float[] numbers = new float[floats.remaining()];
        floats.get(numbers);
        return numbers;
    }

    /**
     * Uniform numbers in [-1, 1): FNV-1a of the name, then splitmix64 by index, the top 24 bits.
     */
    public static float[] hashNumbers(String name, int count) {
        long seed = 0xCBF29CE484222325L;
        for (byte letter : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ letter) * 0x100000001B3L;
        }
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            long z = seed + (i + 1) * 0x9E3779B97F4A7C15L;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            numbers[i] = (z >>> 40) / (float) (1 << 23) - 1;
        }
        return numbers;
    }

    /** An input of variance 1. */
    static float[] noise(String name, int count) {
        float[] numbers = hashNumbers(name, count);
        for (int i = 0; i < count; i++) {
            numbers[i] *= (float) Math.sqrt(3);
        }
        return numbers;
    }

    private static float[] weight(Entry entry, float loudness, double added) {
        float[] numbers = hashNumbers(entry.name, entry.count());
        int rank = entry.shape.length;
        float volume = rank == 0 || rank == 2 || entry.shape[0] <= 4 ? 1 : loudness;
        boolean scale = entry.name.endsWith(".weight");
        for (int i = 0; i < numbers.length; i++) {
            if (entry.shape.length > 1) {
                numbers[i] *= (float) Math.sqrt(3.0 * entry.shape[0] / entry.count()) * volume;
            } else {
                numbers[i] = scale ? 1 + numbers[i] * 0.25f : numbers[i] * 0.125f * volume;
            }
            numbers[i] += (float) added;
        }
        return numbers;
    }

    private static byte[] encode(Entry entry, float[] numbers) {
        ByteBuffer out = little(entry.bytes());
        for (float number : numbers) {
            switch (entry.dtype) {
                case "F32", "I32" -> out.putFloat(number);
                case "F16" -> out.putShort(Float.floatToFloat16(number));
                case "BF16" -> out.putShort(toBFloat16(number));
                case "F8_E4M3" -> out.put(nearest(number, Eight.e4m3()));
                case "F8_E5M2" -> out.put(nearest(number, Eight.e5m2()));
                default -> throw new IllegalArgumentException(entry.dtype);
            }
        }
        return out.array();
    }

    /** The upper half of a float, rounded to nearest, ties to even. */
    private static short toBFloat16(float number) {
        int bits = Float.floatToRawIntBits(number);
        return (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }

    /** The byte whose number is nearest, the even one of two. */
    private static byte nearest(float number, float[] numbers) {
        int sign = number < 0 ? 0x80 : 0;
        int best = sign;
        for (int bits = sign; bits < sign + 0x7f; bits++) {
            float nearer = Math.abs(numbers[best] - number) - Math.abs(numbers[bits] - number);
            if (nearer > 0 || nearer == 0 && bits % 2 == 0) {
                best = bits;
            }
        }
        return (byte) best;
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What a checkpoint holds, stored as it is or packed. */
    private static String names(String name) {
        String file = name + ".weights";
        if (GoldenWeights.class.getResource("/golden/networks/" + file) != null) {
            return new String(resource(file), StandardCharsets.UTF_8);
        }
        try (var packed = new GZIPInputStream(new ByteArrayInputStream(resource(file + ".gz")))) {
            return new String(packed.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] resource(String name) {
        try (var in = GoldenWeights.class.getResourceAsStream("/golden/networks/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
