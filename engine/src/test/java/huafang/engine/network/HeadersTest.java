package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.DType;
import huafang.engine.checkpoint.TextConfig;
import huafang.engine.graph.Model;
import huafang.engine.graph.Value;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Published checkpoints by their headers alone, which tools/golden/headers.py wrote. */
class HeadersTest {
    /** What files hold and no picture needs, and why. */
    private static final List<Pattern> IGNORED =
            List.of(
                    // The noise schedule of the training, which is the same for all.
                    Pattern.compile(
                            "betas|(log_|sqrt_)?(one_minus_|recip_|recipm1_)?alphas_cumprod(_prev)?|posterior_.+"),
                    // The training's average of the weights, and its state.
                    Pattern.compile("model_ema\\..+"),
                    // 0, 1, 2, … 76.
                    Pattern.compile(".+\\.position_ids"),
                    // How CLIP compares texts with pictures.
                    Pattern.compile(".+\\.logit_scale"),
                    // 2.x takes no vector of the whole prompt.
                    Pattern.compile("cond_stage_model\\.model\\.text_projection"),
                    // XL reads CLIP ViT-L before its final normalisation.
                    Pattern.compile(
                            "conditioner\\.embedders\\.0\\.transformer\\.text_model\\.final_layer_norm\\..+"));

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sd-1.5 | Stable Diffusion 1.x | 512 | 8,8,8,8",
                "sd-1.5-averaged | Stable Diffusion 1.x | 512 | 8,8,8,8",
                "sd-1.5-inpainting | Stable Diffusion 1.x, inpainting | 512 | 8,8,8,8",
                "sd-2.1 | Stable Diffusion 2.x | 512 | 5,10,20,20",
                "xl | Stable Diffusion XL | 1024 | 5,10,20",
                "xl-inpainting | Stable Diffusion XL, inpainting | 1024 | 5,10,20",
                "xl-refiner | Stable Diffusion XL refiner | 1024 | 6,12,24,24",
                "ssd-1b | Stable Diffusion XL | 1024 | 5,10,20",
                "vega | Stable Diffusion XL | 1024 | 5,10,20",
            })
    void everyTensorIsUsedOrKnownToBeOfNoUse(
            String name, String description, int size, String heads) throws IOException {
        try (Checkpoint file = Checkpoint.open(write(name))) {
            Graphs graphs = Graphs.of(file);

            assertThat(graphs.config().description()).isEqualTo(description);
            assertThat(graphs.config().width()).isEqualTo(size);
            assertThat(graphs.config().unet().levels())
                    .extracting(level -> "" + level.heads())
                    .containsExactly(heads.split(","));
            Set<String> used = used(graphs, file);
            assertThat(sources(file))
                    .filteredOn(source ->
                            IGNORED.stream().noneMatch(it -> it.matcher(source).matches()))
                    .containsExactlyInAnyOrderElementsOf(used);
        }
    }

    /** Every operator checks shapes and formats of what it is given as the graph is built. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "sd-1.5",
                "sd-1.5-inpainting",
                "sd-2.1",
                "xl",
                "xl-refiner",
                "ssd-1b",
                "vega"
            })
    void theGraphForCudaTakesTheSameTensorsInFusedOperators(String name) throws IOException {
        try (Checkpoint file = Checkpoint.open(write(name))) {
            Graphs cuda = Graphs.of(file, Device.CUDA);
            Graphs cpu = Graphs.of(file);

            assertThat(cuda.unet(Set.of(), Borders.ZEROS))
                    .hasToString(cpu.unet(Set.of(), Borders.ZEROS).toString());
            assertThat(cuda.decoder(GroupStatistics.OWN, Borders.ZEROS))
                    .hasToString(cpu.decoder(GroupStatistics.OWN, Borders.ZEROS).toString());
            assertThat(used(cuda, file)).isEqualTo(used(cpu, file));
            var operators =
                    CudaOnCpu.operators(
                            Model.of(Map.of("output", cuda.unet(Set.of(), Borders.ZEROS))));
            assertThat(operators)
                    .containsKeys("NhwcConv", "GroupNorm", "SkipGroupNorm", "GroupNormLinear")
                    .doesNotContainKeys("Conv", "InstanceNormalization", "GroupNormalization");
        }
    }

    private static Set<String> used(Graphs graphs, Checkpoint file) {
        var outputs =
                new ArrayList<>(
                        List.of(
                                graphs.unet(Set.of(), Borders.ZEROS),
                                graphs.decoder(GroupStatistics.OWN, Borders.ZEROS),
                                graphs.encoder(GroupStatistics.OWN, Borders.ZEROS)));
        for (TextConfig tower : graphs.config().text()) {
            outputs.addAll(graphs.text(tower, Set.of()));
        }
        Map<String, Value.Weight> weights = new HashMap<>();
        for (Value output : outputs) {
            weights.putAll(Model.of(Map.of("output", output)).weights());
        }
        return weights.keySet().stream()
                .map(weight -> file.source(weight).orElseThrow())
                .collect(Collectors.toSet());
    }

    private static Set<String> sources(Checkpoint file) {
        Set<String> sources = new HashSet<>();
        file.names().forEach(name -> sources.add(file.source(name).orElseThrow()));
        return sources;
    }

    /** A file of the true length, of which the disk keeps the header alone. */
    private Path write(String name) throws IOException {
        var header = new StringBuilder("{");
        long at = 0;
        for (String line : lines(name)) {
            String[] words = line.split(" ");
            long[] shape = Arrays.stream(words).skip(2).mapToLong(Long::parseLong).toArray();
            long bytes =
                    Arrays.stream(shape).reduce(DType.valueOf(words[0]).bytes(), (a, b) -> a * b);
            header.append(at == 0 ? "" : ",")
                    .append(
                            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                                    .formatted(
                                            words[1],
                                            words[0],
                                            Arrays.toString(shape),
                                            at,
                                            at + bytes));
            at += bytes;
        }
        byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        Path path = folder.resolve(name + ".safetensors");
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(
                    ByteBuffer.allocate(8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putLong(json.length)
                            .array());
            file.write(json);
            file.setLength(8 + json.length + at);
        }
        return path;
    }

    private static List<String> lines(String name) throws IOException {
        try (var packed =
                HeadersTest.class.getResourceAsStream("/golden/headers/" + name + ".gz")) {
            return new String(new GZIPInputStream(packed).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }
}
