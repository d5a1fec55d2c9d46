package huafang.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.AddOns;
import huafang.engine.adapter.LoadedEmbeddings;
import huafang.engine.adapter.Lora;
import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.network.GoldenWeights;
import huafang.engine.network.Networks;
import huafang.engine.sampling.Rng;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import huafang.engine.sampling.StepListener;
import huafang.engine.text.Emphasis;
import huafang.engine.text.PromptEncoder;
import huafang.engine.text.PromptTags;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Embeddings against PyTorch's numbers, from tools/golden/embeddings.py; names of both kinds. */
class AddOnsTest {
    @TempDir Path folder;
    private Path loras;
    private Path embeddings;
    private AddOns addOns;

    @BeforeEach
    void fill() throws IOException {
        loras = Files.createDirectories(folder.resolve("Lora/style")).getParent();
        embeddings = Files.createDirectories(folder.resolve("embeddings/more")).getParent();
        write("huastyle", 3, 64);
        write("zz", 2, 64);
        Files.move(write("zz-one", 1, 64), embeddings.resolve("more/zz-one.safetensors"));
        write("wide", 1, 128);
        Files.write(embeddings.resolve("old.pt"), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0});
        Files.write(loras.resolve("ink.safetensors"), new byte[0]);
        Files.write(loras.resolve("style/oil.safetensors"), new byte[0]);
        addOns = new AddOns(List.of(), Optional.of(loras), List.of(), Optional.of(embeddings));
    }

    @Test
    void wordsOfOnesOwnAreEncodedAsInPyTorch() throws IOException {
        try (var networks = Networks.load(GoldenWeights.write(folder, "pipeline", "64x64"))) {
            for (String line : new String(resource("cases.tsv"), UTF_8).split("\n")) {
                String[] cells = line.split("\t");
                float[] all = encoder(networks).encode(cells[1], 1).getFirst().context().data();
                float[] expected = floats(resource(cells[0] + ".f32"));
                assertThat(relativeError(seventh(all), expected)).as(cells[0]).isLessThan(1e-4);
            }
            // One made for another width is a word like any.
            assertThat(encoder(networks).encode("a wide house", 1)).hasSize(1);
            assertThatThrownBy(() -> encoder(networks).encode("a house, old", 1))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageStartingWith("old.pt: expected a safetensors file, found a zip")
                    .hasMessageContaining("save_file({'emb_params': ")
                    .message()
                    .doesNotContain("state_dict");
        }
    }

    @ParameterizedTest
    @CsvSource({"sd2,''", "xl,.clip_l;.clip_g"})
    void eachTextEncoderOfAFamilyHasVectorsOfItsOwn(String family, String towers)
            throws IOException {
        Path file =
                GoldenWeights.write(
                        folder,
                        family,
                        "64x64",
                        line -> line.replace("embedding.weight 512 ", "embedding.weight 49408 "));
        try (var networks = Networks.load(file)) {
            write("huastyle", 3, networks.textWidths(), towers.split(";"));
            write("zz", 2, networks.textWidths(), towers.split(";"));

            PromptEncoder.Stage told =
                    encoder(networks)
                            .encode("a red huastyle house by the (zz:1.4) dog", 1)
                            .getFirst();

            float[] all = told.context().data();
            float[] expected = floats(resource(family + ".f32"));
            assertThat(relativeError(seventh(all), expected)).isLessThan(1e-4);
            float[] pooled = networks.poolText(told.first(), Adapters.NONE).data();
            if (family.equals("xl")) {
                assertThat(relativeError(pooled, floats(resource("xl.pooled.f32"))))
                        .isLessThan(1e-4);
            }
        }
    }

    private static float[] seventh(float[] all) {
        float[] seventh = new float[(all.length + 6) / 7];
        for (int i = 0; i < seventh.length; i++) {
            seventh[i] = all[7 * i];
        }
        return seventh;
    }

    private static double relativeError(float[] found, float[] expected) {
        assertThat(found).hasSameSizeAs(expected);
        double error = 0;
        double whole = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow(found[i] - expected[i], 2);
            whole += Math.pow(expected[i], 2);
        }
        return Math.sqrt(error / whole);
    }

    private PromptEncoder encoder(Networks networks) {
        return encoder(networks, List.of());
    }

    private PromptEncoder encoder(Networks networks, List<Lora> loras) {
        return new PromptEncoder(
                chunk -> networks.encodeText(chunk, 1, Adapters.NONE),
                Emphasis.ORIGINAL,
                addOns.embeddings(new LoadedEmbeddings(networks.textWidths()), loras),
                networks.textWidths());
    }

    @Test
    void whatWasEncodedWithAnEmbeddingIsKnownAgainUntilItsFileChanges() throws IOException {
        try (var model =
                StableDiffusion.load(
                        Path.of("../deploy/models/Stable-diffusion/huafang-demo.safetensors"))) {
            int width = model.networks(Manner.USUAL).textWidths().getFirst();
            Path file = write("huastyle", 3, width);

            model.paint(request(1), StepListener.NONE);
            int both = model.painter().texts().runs();
            model.paint(request(2), StepListener.NONE);
            assertThat(model.painter().texts().runs()).isEqualTo(both);

            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            model.paint(request(3), StepListener.NONE);
            assertThat(model.painter().texts().runs()).as("one more").isEqualTo(both * 3 / 2);
        }
    }

    private Txt2Img request(long seed) {
        return new Txt2Img(
                "a house",
                "huastyle",
                64,
                64,
                1,
                Sampler.EULER,
                Schedule.KARRAS,
                5,
                seed,
                Rng.NV,
                new Txt2Img.Reading(1, Emphasis.ORIGINAL, addOns));
    }

    @Test
    void anEmbeddingThatIsGivenByItselfMustFit() {
        var one =
                new AddOns(
                        List.of(),
                        Optional.empty(),
                        List.of(embeddings.resolve("wide.safetensors")),
                        Optional.empty());

        assertThatThrownBy(() -> one.embeddings(new LoadedEmbeddings(List.of(64)), List.of()))
                .hasMessage(
                        "wide.safetensors: expected an embedding for text of width [64], found another width");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a <lora:ink:0.8> b     | a  b | ink 0.8 0.8",
                "<lora:oil>a            | a    | oil 1.0 1.0",
                "a<lora:ink:0.5:0.25>   | a    | ink 0.5 0.25",
                "<lora:ink:te=0.5:unet=2> | '' | ink 0.5 2.0",
                "<lora:ink:1><lyco:oil:-1> | '' | ink 1.0 1.0,oil -1.0 -1.0",
                "<other:a:1> a < b > c <:d> <lora:> <lora | a < b > c <:d> <lora:> <lora | ''",
            })
    void tagsNameLorasAndLeaveThePrompt(String prompt, String rest, String expected) {
        PromptTags tags = PromptTags.parse(prompt);

        assertThat(tags.prompt().strip()).isEqualTo(rest);
        assertThat(addOns.loras(tags.tags()))
                .extracting(AddOnsTest::words)
                .containsExactlyElementsOf(
                        expected.isEmpty() ? List.of() : List.of(expected.split(",")));
    }

    private static String words(Lora lora) {
        String name = lora.file().getFileName().toString().replace(".safetensors", "");
        return "%s %s %s".formatted(name, lora.text(), lora.unet());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<lora:chalk:1>   | LoRA \"chalk\": expected a file chalk.safetensors in the folder of LoRAs, found none",
                "<lora:../ink:1>  | LoRA \"../ink\": expected a file ../ink.safetensors in the folder of LoRAs, found none",
                "<lora:ink:much>  | LoRA \"ink\": expected a number as its weight, found \"much\"",
                "<hypernet:a:1>   | hypernetwork \"a\": hypernetworks cannot be used here",
            })
    void whatCannotBeUsedFailsThePictureByItsName(String prompt, String sentence) {
        assertThatThrownBy(() -> addOns.loras(PromptTags.parse(prompt).tags()))
                .isInstanceOf(CheckpointException.class)
                .hasMessage(sentence);
    }

    @Test
    void aLoraIsAlsoKnownByTheNameThatItWasTrainedUnder() throws IOException {
        writeLora("renamed", "\"__metadata__\":{\"ss_output_name\":\"charcoal\"}");
        writeLora("aquatint", "\"__metadata__\":{\"ss_output_name\":\"ink\"}");

        assertThat(addOns.lora("charcoal")).hasFileName("renamed.safetensors");
        assertThat(addOns.lora("renamed")).hasFileName("renamed.safetensors");
        assertThat(addOns.lora("ink")).as("a file's name wins").hasFileName("ink.safetensors");
    }

    @Test
    void aLoraBringsWordsOfItsOwn() throws IOException {
        Path file =
                writeLora(
                        "bringing",
                        "\"bundle_emb.inkstyle.emb_params\":{\"dtype\":\"F32\",\"shape\":[3,64],\"data_offsets\":[0,768]}",
                        GoldenWeights.hashNumbers("huastyle", 3 * 64));
        try (var networks = Networks.load(GoldenWeights.write(folder, "pipeline", "64x64"))) {
            var encoder = encoder(networks, List.of(new Lora(file, 1, 1)));

            assertThat(context(encoder, "a red inkstyle house"))
                    .isEqualTo(context(encoder, "a red huastyle house"))
                    .isNotEqualTo(context(encoder(networks), "a red inkstyle house"));
        }
    }

    private static float[] context(PromptEncoder encoder, String prompt) {
        return encoder.encode(prompt, 1).getFirst().context().data();
    }

    private Path writeLora(String name, String header, float... numbers) throws IOException {
        byte[] json = ("{" + header + "}").getBytes(UTF_8);
        var file =
                ByteBuffer.allocate(8 + json.length + Float.BYTES * numbers.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json);
        for (float number : numbers) {
            file.putFloat(number);
        }
        return Files.write(loras.resolve(name + ".safetensors"), file.array());
    }

    @Test
    void noPictureTakesMoreLorasThanAMachineCan() {
        assertThatThrownBy(() -> addOns.loras(PromptTags.parse("<lora:ink:1>".repeat(33)).tags()))
                .hasMessage("the prompt: found 33 LoRAs, allowed: 32");
    }

    @Test
    void anyBracketsAreReadOnce() {
        assertThat(PromptTags.parse("<a:".repeat(200_000)).tags()).isEmpty();
        assertThat(PromptTags.parse("<".repeat(500_000) + "a:b>").tags()).hasSize(1);
        assertThat(PromptTags.parse("<a:b>".repeat(100_000)).tags()).hasSize(100_000);
    }

    private Path write(String name, int vectors, int width) throws IOException {
        return write(name, vectors, List.of(width), "");
    }

    /**
     * @param towers what the names of their tensors end with; nothing where there is one
     */
    private Path write(String name, int vectors, List<Integer> widths, String... towers)
            throws IOException {
        var header = new StringBuilder();
        var numbers = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < towers.length; i++) {
            int begin = numbers.position();
            for (float number :
                    GoldenWeights.hashNumbers(name + towers[i], vectors * widths.get(i))) {
                numbers.putFloat(number);
            }
            header.append(
                    "%s\"%s\":{\"dtype\":\"F32\",\"shape\":[%d,%d],\"data_offsets\":[%d,%d]}"
                            .formatted(
                                    i == 0 ? "{" : ",",
                                    towers[i].isEmpty() ? "emb_params" : towers[i].substring(1),
                                    vectors,
                                    widths.get(i),
                                    begin,
                                    numbers.position()));
        }
        byte[] json = header.append('}').toString().getBytes(UTF_8);
        var file =
                ByteBuffer.allocate(8 + json.length + numbers.position())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(json.length)
                        .put(json)
                        .put(numbers.flip());
        return Files.write(embeddings.resolve(name + ".safetensors"), file.array());
    }

    private static float[] floats(byte[] bytes) {
        var floats = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] numbers = new float[floats.remaining()];
        floats.get(numbers);
        return numbers;
    }

    private static byte[] resource(String name) throws IOException {
        try (var file = AddOnsTest.class.getResourceAsStream("/golden/embeddings/" + name)) {
            return file.readAllBytes();
        }
    }
}
