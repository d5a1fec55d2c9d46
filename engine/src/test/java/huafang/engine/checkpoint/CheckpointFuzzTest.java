package huafang.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.Fuzz;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that somebody made to do harm, or a failing disk: refused, or read without harm. */
class CheckpointFuzzTest {
    private static final String[] NUMBERS = {
        "0",
        "-1",
        "00",
        "8",
        "2.0",
        "1e9",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "0x10",
        "null",
        "[]",
        "\"1\"",
        "9".repeat(400)
    };
    private static final String[] PIECES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "{}",
        "[[",
        "\"a\":",
        "\"__metadata__\":{},",
        "true",
        "\\ud800",
        "\\u0000",
        "\"dtype\":\"F16\",",
        "\"shape\":[],",
        "\"data_offsets\":[0,0],",
        "\u0000",
        "é",
        "😀",
        " ".repeat(99),
        "{\"a\":".repeat(50)
    };
    private static final Long[] LENGTHS = {
        0L, 1L, 2L, 7L, 8L, 9L, 100_000_000L, 100_000_001L, 1L << 31, 1L << 32, -1L, Long.MAX_VALUE
    };

    @TempDir Path folder;

    @Test
    void noHeaderDoesHarm() throws InterruptedException {
        Path path = folder.resolve("model.safetensors");
        Fuzz.run(
                2_500,
                random -> Files.write(path, broken(random)),
                CheckpointFuzzTest::openAndCheck);
    }

    /** Headers that keep all rules of the format, as large as they may be. */
    @Test
    void noHeaderAsksForMuchMemory() throws InterruptedException {
        Path path = folder.resolve("model.safetensors");
        Fuzz.run(
                6,
                random -> {
                    byte[] json = large(random).getBytes(StandardCharsets.UTF_8);
                    return Files.write(path, file(json.length, json, 0));
                },
                CheckpointFuzzTest::openAndCheck);
    }

    private static void openAndCheck(Path path) throws IOException {
        try (Safetensors file = Safetensors.open(path)) {
            long end = 0;
            for (TensorInfo tensor :
                    file.tensors().values().stream()
                            .sorted(
                                    Comparator.comparingLong(TensorInfo::begin)
                                            .thenComparingLong(TensorInfo::end))
                            .toList()) {
                assertThat(tensor.begin()).isEqualTo(end);
                end = tensor.end();
                assertThat(file.bytes(tensor).byteSize()).isEqualTo(tensor.bytes());
                if (tensor.bytes() > 0) {
                    file.bytes(tensor).get(ValueLayout.JAVA_BYTE, tensor.bytes() - 1);
                }
            }
            assertThat(end).isLessThan(Files.size(path));
        } catch (CheckpointException refused) {
            assertThat(refused)
                    .hasMessageStartingWith("model.safetensors")
                    .hasNoSuppressedExceptions();
            assertThat(refused.getMessage().length()).isLessThan(3000);
        }
    }

    private static byte[] broken(SplittableRandom random) {
        int tensors = random.nextInt(6);
        var header = new StringBuilder("{");
        if (random.nextInt(3) == 0) {
            header.append("\"__metadata__\":{\"format\":\"pt\",\"a\":\"\\u00e9\\ud83d\\ude00\"},");
        }
        long at = 0;
        for (int i = 0; i < tensors; i++) {
            DType dtype = Fuzz.one(random, DType.values());
            int[] shape = random.ints(random.nextInt(4), 0, 5).toArray();
            long end =
                    at + Arrays.stream(shape).asLongStream().reduce(dtype.bytes(), (a, b) -> a * b);
            header.append(
                    "\"t.%d\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]},"
                            .formatted(i, dtype, Arrays.toString(shape), at, end));
            at = end;
        }
        header.setLength(Math.max(1, header.length() - 1));
        byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i > 0; i--) {
            json = worded(json, random);
        }
        long length = random.nextInt(12) == 0 ? Fuzz.one(random, LENGTHS) : json.length;
        byte[] file =
                file(length, json, (int) at + (random.nextInt(9) == 0 ? random.nextInt(9) : 0));
        return random.nextInt(3) == 0 ? Fuzz.changed(file, random) : file;
    }

    /** One number, or one piece anywhere, replaced by another that a parser may stumble over. */
    private static byte[] worded(byte[] json, SplittableRandom random) {
        int at = random.nextInt(json.length + 1);
        int end = at;
        while (end < json.length && json[end] >= '0' && json[end] <= '9') {
            end++;
        }
        String other = end > at ? Fuzz.one(random, NUMBERS) : Fuzz.one(random, PIECES);
        return Fuzz.spliced(json, at, end - at, other.getBytes(StandardCharsets.UTF_8));
    }

    private static String large(SplittableRandom random) {
        String letter = Fuzz.one(random, "a", "é", "猫", "😀", "\\u00e9", "\\\"");
        int each = Fuzz.one(random, 1, 100, 500, 1000);
        int tensors = random.nextInt(100_001);
        int text = (1 << 24) - 4 * each * random.nextInt(4);
        var header = new StringBuilder("{\"__metadata__\":{");
        for (int i = Fuzz.one(random, 0, 9_999, 4_000_000); i > 0; i--) {
            header.append('"').append(Integer.toString(i, Character.MAX_RADIX)).append("\":\"\",");
        }
        header.append("\"a\":\"")
                .append(letter.repeat(Math.max(0, text - tensors * each)))
                .append("\"}");
        String end =
                "\":{\"dtype\":\"U8\",\"shape\":[0,1000,1000,1000,1000,1000,1000,1000],\"data_offsets\":[0,0]}";
        for (int i = 0; i < tensors && header.length() < 99_000_000 / 3; i++) {
            header.append(",\"").append(i).append(letter.repeat(each)).append(end);
        }
        return header.append('}').toString();
    }

    private static byte[] file(long length, byte[] json, int dataBytes) {
        return ByteBuffer.allocate(8 + json.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json)
                .array();
    }
}
