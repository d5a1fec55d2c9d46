package huafang.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import huafang.engine.adapter.KroneckerName;
import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.UpscalerConfig;
import huafang.engine.graph.Model;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import huafang.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The graph for CUDA, run on a CPU: in floats, and its operators that have no CPU kernel replaced
 * by functions of plain ones, after their documentation.
 */
class CudaLayersTest {
    private static final Layers EVERY_KERNEL =
            new CudaLayers(Set.of(), Type.FLOAT, Type.FLOAT, Borders.ZEROS, true);

    private static final Path DEMO =
            Path.of("../deploy/models/Stable-diffusion/huafang-demo.safetensors");

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "tiny, 16, 24",
        "tiny, 9, 13",
        "deep, 8, 8",
        "inpainting, 9, 13",
        "sd2, 9, 13",
        "xl, 9, 13",
        "refiner, 9, 13",
        "ssd, 9, 13",
        "bk, 9, 13",
        "eight, 8, 8"
    })
    void unetGivesTheNumbersOfTheOneForACpu(String name, int height, int width) throws Exception {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, name, "512x512"))) {
            Graphs graphs = Graphs.of(file);
            assertSame(
                    graphs.unet(Set.of(), Borders.ZEROS),
                    graphs.unet(EVERY_KERNEL),
                    () -> unetInputs(graphs, height, width));
        }
    }

    /** What pictures need that can be laid side by side is in the fused layers, too. */
    @ParameterizedTest
    @CsvSource({"tiny, 16, 24, true", "tiny, 9, 13, true", "xl, 9, 13, true", "tiny, 9, 13, false"})
    void convolutionsSeeTheOppositeEdgeWhereARunAsksForIt(
            String name, int height, int width, boolean wrapped) throws Exception {
        Layers layers =
                new CudaLayers(Set.of(), Type.FLOAT, Type.FLOAT, new Borders.Chosen(), true);
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, name, "512x512"))) {
            Graphs graphs = Graphs.of(file);
            Value unet = graphs.unet(layers);
            assertThat(CudaOnCpu.operators(Model.of(Map.of("output", unet))))
                    .containsKeys("NhwcConv", "GroupNorm", "Pad");
            assertSame(
                    graphs.unet(Set.of(), new Borders.Chosen()),
                    unet,
                    () -> {
                        var inputs = new HashMap<>(unetInputs(graphs, height, width));
                        inputs.putAll(Borders.Chosen.inputs(wrapped));
                        return inputs;
                    });
            int channels = graphs.config().vae().latentChannels();
            assertSame(
                    graphs.decoder(GroupStatistics.OWN, new Borders.Chosen()),
                    graphs.decoder(layers),
                    () -> {
                        Map<String, OnnxTensor> inputs =
                                new HashMap<>(Borders.Chosen.inputs(wrapped));
                        inputs.put("latents", floats("latents", 1, channels, 5, 9));
                        return inputs;
                    });
        }
    }

    /** Images at different steps, in one call. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny", "xl"})
    void rowsInCompanyGiveTheNumbersOfRowsAlone(String name) throws Exception {
        int rows = 4;
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, name, "512x512"))) {
            Graphs graphs = Graphs.of(file);
            Model unet = Model.of(Map.of("output", graphs.unet(EVERY_KERNEL)));
            Tensor together = CudaOnCpu.run(unet, mixedSteps(graphs, 0, rows));
            for (int row = 0; row < rows; row++) {
                assertClose(
                        1e-4,
                        together.rows(row, row + 1),
                        CudaOnCpu.run(unet, mixedSteps(graphs, row, row + 1)));
            }
        }
    }

    private static Map<String, OnnxTensor> mixedSteps(Graphs graphs, int from, int to)
            throws OrtException {
        var unet = graphs.config().unet();
        float[] timesteps = {999, 601.5f, 17.25f, 0};
        Map<String, OnnxTensor> inputs = new HashMap<>();
        inputs.put("x", rows(from, to, "x", unet.inChannels(), 9, 13));
        inputs.put(
                "timesteps",
                Network.floats(new Tensor(Arrays.copyOfRange(timesteps, from, to), to - from)));
        inputs.put("context", rows(from, to, "context", 77, unet.contextWidth()));
        if (unet.vectorWidth() > 0) {
            inputs.put("vector", rows(from, to, "vector", unet.vectorWidth()));
        }
        return inputs;
    }

    /** Of four. */
    private static OnnxTensor rows(int from, int to, String name, int... shape)
            throws OrtException {
        int[] whole = new int[shape.length + 1];
        whole[0] = 4;
        System.arraycopy(shape, 0, whole, 1, shape.length);
        int count = Arrays.stream(whole).reduce(1, (a, b) -> a * b);
        return Network.floats(
                new Tensor(GoldenWeights.hashNumbers(name, count), whole).rows(from, to));
    }

    /** In half precision, which a CPU computes in floats between its roundings. */
    @ParameterizedTest
    @ValueSource(strings = {"tiny", "sd2", "xl"})
    void halfPrecisionGivesNearlyTheSameNumbers(String name) throws Exception {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, name, "512x512"))) {
            Graphs graphs = Graphs.of(file);
            assertNear(
                    2e-2,
                    graphs.unet(Set.of(), Borders.ZEROS),
                    Graphs.of(file, Device.CUDA).unet(Set.of(), Borders.ZEROS),
                    () -> unetInputs(graphs, 8, 8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny", "deep", "xl"})
    void decoderGivesTheSameNumbers(String name) throws Exception {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, name, "512x512"))) {
            Graphs graphs = Graphs.of(file);
            int channels = graphs.config().vae().latentChannels();
            assertSame(
                    graphs.decoder(GroupStatistics.OWN, Borders.ZEROS),
                    graphs.decoder(EVERY_KERNEL),
                    () -> Map.of("latents", floats("latents", 1, channels, 5, 9)));
        }
    }

    @Test
    void encoderGivesTheSameNumbers() throws Exception {
        Path path = GoldenWeights.write(folder, "inpainting", "512x512");
        try (Checkpoint file = Checkpoint.open(path)) {
            Graphs graphs = Graphs.of(file);
            assertSame(
                    graphs.encoder(GroupStatistics.OWN, Borders.ZEROS),
                    graphs.encoder(EVERY_KERNEL),
                    () -> Map.of("picture", floats("picture", 1, 3, 40, 72)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"esrgan-x4", "real-esrgan-x2", "compact-x3"})
    void upscalersGiveTheSameNumbers(String name) throws Exception {
        try (Checkpoint file = Checkpoint.openUpscaler(GoldenWeights.write(folder, name, ""))) {
            var config = UpscalerConfig.detect(file);
            Value cpu = UpscalerNetwork.enlarged(file, config, Device.CPU.upscaler());
            Value cuda = UpscalerNetwork.enlarged(file, config, Device.CUDA.upscaler());
            Inputs picture = () -> Map.of("picture", floats("picture", 1, 3, 12, 10));

            assertThat(cuda).hasToString(cpu.toString());
            assertSame(cpu, UpscalerNetwork.enlarged(file, config, EVERY_KERNEL), picture);
            assertNear(2e-2, cpu, cuda, picture);
            assertThat(CudaOnCpu.operators(Model.of(Map.of("output", cuda))))
                    .containsKey("NhwcConv")
                    .doesNotContainKey("Conv");
        }
    }

    /** Everything that an adapter reaches takes its change. */
    @Test
    void adaptersChangeTheSame() throws Exception {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "tiny", "512x512"))) {
            Graphs graphs = Graphs.of(file);
            Map<String, long[]> reached = matrices(file);
            assertSame(
                    graphs.unet(reached.keySet(), Borders.ZEROS),
                    graphs.unet(
                            new CudaLayers(
                                    reached.keySet(), Type.FLOAT, Type.FLOAT, Borders.ZEROS, true)),
                    () -> {
                        var inputs = unetInputs(graphs, 8, 8);
                        for (var weight : reached.entrySet()) {
                            long[] down = weight.getValue().clone();
                            long[] up = weight.getValue().clone();
                            down[0] = 2;
                            for (int i = 1; i < up.length; i++) {
                                up[i] = i == 1 ? 2 : 1;
                            }
                            inputs.put(
                                    weight.getKey() + "/down", small(weight.getKey() + "d", down));
                            inputs.put(weight.getKey() + "/up", small(weight.getKey() + "u", up));
                        }
                        return inputs;
                    });
        }
    }

    /** The shapes of all the U-Net's weights but vectors. */
    private static Map<String, long[]> matrices(Checkpoint file) {
        Map<String, long[]> shapes = new TreeMap<>();
        for (String weight : file.names()) {
            var shape = file.find(weight).orElseThrow().shape();
            if (weight.startsWith("model.diffusion_model.") && shape.size() > 1) {
                shapes.put(weight, shape.stream().mapToLong(Long::longValue).toArray());
            }
        }
        return shapes;
    }

    /** Factors of 2 x 2, and what is left. */
    @Test
    void kroneckerProductsChangeTheSame() throws Exception {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "tiny", "512x512"))) {
            Graphs graphs = Graphs.of(file);
            Map<String, long[]> reached = new TreeMap<>();
            matrices(file)
                    .forEach((weight, shape) -> {
                        shape[0] /= 2;
                        shape[1] /= 2;
                        reached.put(new KroneckerName(weight, 2, 2, 0).toString(), shape);
                    });
            assertSame(
                    graphs.unet(reached.keySet(), Borders.ZEROS),
                    graphs.unet(
                            new CudaLayers(
                                    reached.keySet(), Type.FLOAT, Type.FLOAT, Borders.ZEROS, true)),
                    () -> {
                        var inputs = unetInputs(graphs, 8, 8);
                        for (var name : reached.keySet()) {
                            inputs.put(name + "/down", small(name + "d", reached.get(name)));
                            inputs.put(name + "/up", small(name + "u", new long[] {2, 2}));
                        }
                        return inputs;
                    });
        }
    }

    @Test
    void fusedOperatorsAreAllThere() throws Exception {
        try (Checkpoint file = Checkpoint.open(GoldenWeights.write(folder, "deep", "512x512"))) {
            var counts =
                    CudaOnCpu.operators(
                            Model.of(Map.of("output", Graphs.of(file).unet(EVERY_KERNEL))));
            assertThat(counts)
                    .containsKeys(
                            "NhwcConv",
                            "GroupNorm",
                            "SkipGroupNorm",
                            "BiasSplitGelu",
                            "BiasAdd",
                            "SelfAttention",
                            "CrossAttention")
                    .doesNotContainKeys("Conv", "InstanceNormalization");
        }
    }

    /** In the types of a GPU every operator checks what it is given; in floats it is run. */
    @Test
    void theDemoModelsTextLeadsToTheSamePicture() throws Exception {
        try (Checkpoint file = Checkpoint.open(DEMO)) {
            Graphs cpu = Graphs.of(file);
            Graphs cuda = Graphs.of(file, Device.CUDA);
            assertThat(cuda.unet(Set.of(), Borders.ZEROS))
                    .hasToString(cpu.unet(Set.of(), Borders.ZEROS).toString());
            assertThat(cuda.decoder(GroupStatistics.OWN, Borders.ZEROS))
                    .hasToString(cpu.decoder(GroupStatistics.OWN, Borders.ZEROS).toString());

            Value tokens = cuda.text(cuda.config().text().getFirst(), Set.of()).getFirst();
            Tensor context = CudaOnCpu.run(Model.of(Map.of("output", tokens)), ids(cuda));
            Tensor noise =
                    assertSame(
                            cpu.unet(Set.of(), Borders.ZEROS),
                            cuda.unet(EVERY_KERNEL),
                            () -> {
                                var inputs = unetInputs(cuda, 24, 16);
                                inputs.put("context", Network.floats(twice(context)));
                                return inputs;
                            });
            assertSame(
                    cpu.decoder(GroupStatistics.OWN, Borders.ZEROS),
                    cuda.decoder(EVERY_KERNEL),
                    () -> Map.of("latents", Network.floats(noise.rows(0, 1))));
        }
    }

    private static Map<String, OnnxTensor> ids(Graphs graphs) throws OrtException {
        var tower = graphs.config().text().getFirst();
        long[] ids = new long[tower.length()];
        Arrays.setAll(ids, i -> 7L * i % tower.vocabulary());
        float[] kept = new float[ids.length];
        Arrays.fill(kept, 1);
        return Map.of(
                "ids",
                Network.longs(ids, 1, ids.length),
                "own",
                Network.floats(Tensor.zeros(1, ids.length, tower.width())),
                "kept",
                Network.floats(new Tensor(kept, 1, ids.length, 1)));
    }

    private static Tensor twice(Tensor row) {
        return Tensor.concatenate(row, row);
    }

    private interface Inputs {
        Map<String, OnnxTensor> make() throws OrtException;
    }

    private static Tensor assertSame(Value cpu, Value cuda, Inputs inputs) throws OrtException {
        return assertNear(1e-4, cpu, cuda, inputs);
    }

    private static Tensor assertNear(double most, Value cpu, Value cuda, Inputs inputs)
            throws OrtException {
        assertThat(cuda.type()).isEqualTo(cpu.type());
        Tensor expected = CudaOnCpu.run(Model.of(Map.of("output", cpu)), inputs.make());
        Tensor found = CudaOnCpu.run(Model.of(Map.of("output", cuda)), inputs.make());
        assertClose(most, expected, found);
        return found;
    }

    private static void assertClose(double most, Tensor expected, Tensor found) {
        assertThat(found.shape()).isEqualTo(expected.shape());
        double error = 0;
        double whole = 0;
        for (int i = 0; i < found.data().length; i++) {
            error += Math.pow(found.data()[i] - expected.data()[i], 2);
            whole += Math.pow(expected.data()[i], 2);
        }
        assertThat(Math.sqrt(error / whole)).as("relative difference").isLessThan(most);
    }

    private static Map<String, OnnxTensor> unetInputs(Graphs graphs, int height, int width)
            throws OrtException {
        var unet = graphs.config().unet();
        Map<String, OnnxTensor> inputs = new HashMap<>();
        inputs.put("x", floats("x", 2, unet.inChannels(), height, width));
        inputs.put("timesteps", Network.floats(new Tensor(new float[] {981, 17.25f}, 2)));
        inputs.put("context", floats("context", 2, 77, unet.contextWidth()));
        if (unet.vectorWidth() > 0) {
            inputs.put("vector", floats("vector", 2, unet.vectorWidth()));
        }
        return inputs;
    }

    private static OnnxTensor floats(String name, int... shape) throws OrtException {
        int count = 1;
        for (int length : shape) {
            count *= length;
        }
        return Network.floats(new Tensor(GoldenWeights.hashNumbers(name, count), shape));
    }

    private static OnnxTensor small(String name, long[] shape) throws OrtException {
        int[] sizes = new int[shape.length];
        int count = 1;
        for (int i = 0; i < shape.length; i++) {
            sizes[i] = (int) shape[i];
            count *= sizes[i];
        }
        float[] numbers = GoldenWeights.hashNumbers(name, count);
        for (int i = 0; i < count; i++) {
            numbers[i] *= 0.05f;
        }
        return Network.floats(new Tensor(numbers, sizes));
    }
}
