package huafang.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is believed of a safetensors file, and each reason to refuse one. */
class SafetensorsTest {
    private static final String HOW_TO_CONVERT =
            "; pickles can run programs as they are opened and are not read: convert it with python3 -c \"import torch, safetensors.torch; c = torch.load('FILE', 'cpu', weights_only=True); c = c.get('state_dict') or c.get('params_ema') or c.get('params') or c; safetensors.torch.save_file({k: v.clone(memory_format=torch.contiguous_format) for k, v in c.items() if torch.is_tensor(v)}, 'FILE.safetensors')\"";

    private static final String A =
            "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    @TempDir Path folder;

    @Test
    void readsTensorsAndMetadata() throws IOException {
        Path path =
                file(
                        "{\"__metadata__\":{\"format\":\"pt\",\"名\":\"a\\u00e9\\ud83d\\ude00\\n\"},"
                                + A
                                + ",\"b\":{\"shape\":[],\"dtype\":\"F16\",\"data_offsets\":[8,10]}}  ",
                        10);
        try (Safetensors file = Safetensors.open(path)) {
            assertThat(file.metadata()).containsEntry("format", "pt").containsEntry("名", "aé😀\n");
            assertThat(file.tensors().keySet()).containsExactly("a", "b");
            assertThat(file.find("a")).contains(new TensorInfo("a", DType.F32, List.of(2L), 0, 8));
            assertThat(file.bytes(file.tensors().get("b")).toArray(ValueLayout.JAVA_BYTE))
                    .containsExactly(8, 9);
            assertThat(file.find("c")).isEmpty();
        }
    }

    @Test
    void mapsFilesOverTwoGibibytes() throws IOException {
        long bytes = 3L << 30;
        Path path =
                file(
                        "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                                .formatted(bytes, bytes),
                        0);
        long start = Files.size(path);
        try (var out = new RandomAccessFile(path.toFile(), "rw")) {
            out.setLength(start + bytes);
            out.seek(start + bytes - 1);
            out.write(7);
        }
        try (Safetensors file = Safetensors.open(path)) {
            var tensor = file.bytes(file.tensors().get("a"));
            assertThat(tensor.get(ValueLayout.JAVA_BYTE, bytes - 1)).isEqualTo((byte) 7);
        }
    }

    @Test
    void emptyTensorsTakeNoBytesWhateverTheirOtherDimensions() throws IOException {
        String shape = "[0,9223372036854775807,9223372036854775807]";
        Path path =
                file(
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":"
                                + shape
                                + ",\"data_offsets\":[0,0]}}",
                        0);
        try (Safetensors file = Safetensors.open(path)) {
            assertThat(file.tensors().get("a").bytes()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "504b030400000808 0000 | a zip archive or a PyTorch pickle in one (.ckpt, .pt)",
                "80027d7100285800 0000 | a Python pickle (.ckpt, .pt)",
                "8003 | a Python pickle (.ckpt, .pt)",
                "8004 | a Python pickle (.ckpt, .pt)",
                "8005 | a Python pickle (.ckpt, .pt)",
                "4747554603000000 0000 | a GGUF file",
                "1f8b080000000000 0003 | gzip data",
                "377abcaf271c0004 0000 | a 7z archive",
                "76657273696f6e20 6874 | a Git LFS pointer, not the file it points to",
                "3c21444f43545950 4520 | a web page",
            })
    void otherTypesAreNamed(String hex, String kind) throws IOException {
        Path path = folder.resolve("model.safetensors");
        Files.write(path, java.util.HexFormat.of().parseHex(hex.replace(" ", "")));

        assertThatThrownBy(() -> Safetensors.open(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(
                        "model.safetensors: expected a safetensors file, found "
                                + kind
                                + (kind.contains("ckpt") ? HOW_TO_CONVERT : ""));
    }

    @Test
    void headerLengthThatLooksLikeAZipIsStillSafetensors() throws IOException {
        // 0x04034b50 = "PK\3\4" in bytes: a length that a real file may have.
        Path path = folder.resolve("model.safetensors");
        Files.write(path, bytes(0x04034b50L, "{", 0));

        assertThatThrownBy(() -> Safetensors.open(path))
                .hasMessage(
                        "model.safetensors is truncated: expected a header of 67324752 bytes, found 1 bytes after its length");
    }

    @Test
    void missingFilesAndFoldersAreRefused() {
        assertRefused(
                folder.resolve("none.safetensors"),
                "none.safetensors: expected a safetensors file, found nothing");
        assertThatThrownBy(() -> Safetensors.open(folder))
                .hasMessageEndingWith("found no regular file");
    }

    @Test
    void filesShorterThanTheLengthAreRefused() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Files.write(path, new byte[7]);
        assertRefused(
                path,
                "model.safetensors: expected a safetensors file of at least 8 bytes, found 7");
    }

    @Test
    void lengthsAreCheckedBeforeAnythingIsAllocated() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Files.write(path, bytes(100_000_001, "{}", 0));
        assertRefused(
                path,
                "model.safetensors: expected a safetensors header of at most 100,000,000 bytes, found a length of 100000001");
        Files.write(path, bytes(-1, "{}", 0));
        assertThatThrownBy(() -> Safetensors.open(path))
                .hasMessageEndingWith("a length of 18446744073709551615");
        Files.write(path, bytes(Long.MAX_VALUE, "{}", 0));
        assertThatThrownBy(() -> Safetensors.open(path))
                .hasMessageEndingWith("a length of 9223372036854775807");
        Files.write(path, bytes(3, "{}", 0));
        assertRefused(
                path,
                "model.safetensors is truncated: expected a header of 3 bytes, found 2 bytes after its length");
    }

    /**
     * A header of the greatest length with the greatest name: refused after a few kilobytes, not
     * after 100 MB.
     */
    @Test
    void longNamesAreRefusedWithoutReadingThem() throws IOException {
        Path path = folder.resolve("model.safetensors");
        Files.write(path, bytes(100_000_000, "{\"", 0));
        try (var out = new RandomAccessFile(path.toFile(), "rw")) {
            out.seek(10);
            out.write("a".repeat(10_000).getBytes(StandardCharsets.UTF_8));
            out.setLength(100_000_008);
        }
        var threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertThatThrownBy(() -> Safetensors.open(path))
                .hasMessageContaining("expected a tensor's name of at most 1,024 characters");

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1 << 20);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // Not JSON, or not strictly so.
                "[] | '{' in the header at byte 0, found '['",
                "{'a':1} | a tensor's name in quotes in the header at byte 1, found '''",
                "{,} | a tensor's name in quotes in the header at byte 1, found ','",
                "{\"a\" | ':' in the header at byte 4, found the header's end",
                "{\"a | the end of a tensor's name in the header at byte 3, found the header's end",
                "{}x | nothing more in the header at byte 2, found 'x'",
                "{\"a\\x\":1} | a tensor's name with JSON's escapes",
                "{\"a\\ud83d\":1} | a tensor's name with paired surrogates",
                "{\"a\\ude00\":1} | a tensor's name with paired surrogates",
                "{\"a\\u12g4\":1} | a tensor's name with four hexadecimal digits after \\u",
                "{\"a\\u1\":1} | a tensor's name with four hexadecimal digits after \\u",
                "{\"a\u0001\":1} | a tensor's name without control characters",
                "{\"a\":1} | '{' in the header at byte 5, found '1'",
                "{\"a\":{\"b\":{\"c\":{\"d\":{}}}}} | dtype, shape or data_offsets of \"a\"",
                // Metadata.
                "{\"__metadata__\":{\"a\":1}} | metadata as text in quotes in the header at byte 21, found '1'",
                "{\"__metadata__\":[]} | '{' in the header",
                "{\"__metadata__\":{},\"__metadata__\":{}} | one __metadata__",
                "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}} | every metadata key once",
                // Tensors.
                "{A,A} | every name once",
                "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} | every field of \"a\" once",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}} | dtype, shape and two data_offsets of \"a\"",
                "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}} | dtype, shape and two data_offsets of \"a\"",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8]}} | dtype, shape and two data_offsets of \"a\"",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,9]}} | an offset of \"a\" among at most 2",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}} | dtype, shape or data_offsets of \"a\"",
                "{\"a\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]}} | for \"a\" in the header at byte 19, found \"C64\"",
                "{\"a\":{\"dtype\":\"f32\",\"shape\":[2],\"data_offsets\":[0,8]}} | found \"f32\"",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | a dimension of \"a\" as a non-negative integer",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}} | a dimension of \"a\" as a non-negative integer",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2e0],\"data_offsets\":[0,8]}} | a dimension of \"a\" as a non-negative integer",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[02],\"data_offsets\":[0,8]}} | a dimension of \"a\" without leading zeros",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775808],\"data_offsets\":[0,8]}} | a dimension of \"a\" below 2^63",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[0,8]}} | a dimension of \"a\" among at most 8",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}} | tensor \"a\": expected a size below 2^63 bytes, found shape [4294967296, 4294967296]",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}} | tensor \"a\": expected data_offsets in order, found [8, 0]",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}} | tensor \"a\": expected 12 bytes for F32 [3], found 8 bytes",
                // Layout.
                "{A,\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | tensor \"b\": expected data at offset 8, where the tensor before it ends, found offset 4 (an overlap)",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[9,10]}} | tensor \"b\": expected data at offset 8, where the tensor before it ends, found offset 9 (a hole)",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[1,8]}} | tensor \"a\": expected data at offset 0, where the tensor before it ends, found offset 1 (a hole)",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[7],\"data_offsets\":[0,7]}} | expected the file to end after 7 bytes of tensor data, found 1 more",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[9],\"data_offsets\":[0,9]}} | model.safetensors is truncated: expected 9 bytes of tensor data, found 8",
            })
    void brokenHeadersAreRefused(String header, String reason) throws IOException {
        Path path = file(header.replace("A", A), 8);

        assertThatThrownBy(() -> Safetensors.open(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith("model.safetensors")
                .hasMessageContaining(reason);
    }

    @Test
    void textThatIsNotUtf8IsRefused() throws IOException {
        // An overlong encoding of '/', which lenient decoders let through.
        byte[] header = "{\"??\":{}}".getBytes(StandardCharsets.ISO_8859_1);
        header[2] = (byte) 0xc0;
        header[3] = (byte) 0xaf;
        Path path = folder.resolve("model.safetensors");
        Files.write(
                path,
                ByteBuffer.allocate(8 + header.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(header.length)
                        .put(header)
                        .array());
        assertThatThrownBy(() -> Safetensors.open(path))
                .hasMessageContaining("a tensor's name in UTF-8");
    }

    @Test
    void namesOfOver1024CharactersAreRefused() throws IOException {
        assertThatThrownBy(() -> Safetensors.open(file("{\"" + "a".repeat(1025) + "\":{}}", 0)))
                .hasMessageContaining("a tensor's name of at most 1,024 characters");
    }

    @Test
    void over100000TensorsAreRefused() throws IOException {
        String tensors =
                IntStream.rangeClosed(0, 100_000)
                        .mapToObj(i ->
                                "\"%d\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}"
                                        .formatted(i))
                        .collect(Collectors.joining(","));
        assertThatThrownBy(() -> Safetensors.open(file("{" + tensors + "}", 0)))
                .hasMessageContaining("at most 100,000 tensors");
    }

    @Test
    void over10000MetadataKeysAreRefused() throws IOException {
        try (Safetensors file = Safetensors.open(file(metadata(10_000), 0))) {
            assertThat(file.metadata()).hasSize(10_000);
        }
        assertThatThrownBy(() -> Safetensors.open(file(metadata(10_001), 0)))
                .hasMessageContaining("at most 10,000 metadata keys");
    }

    private static String metadata(int keys) {
        return IntStream.range(0, keys)
                .mapToObj("\"%d\":\"\""::formatted)
                .collect(Collectors.joining(",", "{\"__metadata__\":{", "}}"));
    }

    @Test
    void longMetadataIsRead() throws IOException {
        String tags = "é".repeat(1 << 20);
        try (Safetensors file =
                Safetensors.open(file("{\"__metadata__\":{\"tags\":\"" + tags + "\"}}", 0))) {
            assertThat(file.metadata().get("tags")).hasSize(1 << 20);
        }
    }

    @Test
    void over16777216CharactersOfTextAreRefused() throws IOException {
        String tags = "é".repeat(1 << 23);
        assertThatThrownBy(() ->
                        Safetensors.open(
                                file(
                                        "{\"__metadata__\":{\"a\":\"%s\",\"b\":\"%s\"}}"
                                                .formatted(tags, tags),
                                        0)))
                .hasMessageContaining("names and metadata of at most 16,777,216 characters");
    }

    @Test
    void theNameOfAFileSaysNothingOfItsType() throws IOException {
        Path path = Files.move(file("{" + A + "}", 8), folder.resolve("model.ckpt"));
        try (Safetensors file = Safetensors.open(path)) {
            assertThat(file.tensors()).containsOnlyKeys("a");
        }
    }

    private static void assertRefused(Path path, String message) {
        assertThatThrownBy(() -> Safetensors.open(path))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(message);
    }

    /** A file with this header, and data that counts up from 0. */
    private Path file(String header, int dataBytes) throws IOException {
        Path path = folder.resolve("model.safetensors");
        Files.write(path, bytes(header.getBytes(StandardCharsets.UTF_8).length, header, dataBytes));
        return path;
    }

    private static byte[] bytes(long length, String header, int dataBytes) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        var out = ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(length).put(json);
        for (int i = 0; i < dataBytes; i++) {
            out.put((byte) i);
        }
        return out.array();
    }
}
