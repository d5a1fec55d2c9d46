package huafang.engine;

import huafang.engine.adapter.Adapters;
import huafang.engine.adapter.LoadedEmbeddings;
import huafang.engine.batch.Batcher;
import huafang.engine.network.Networks;
import huafang.engine.sampling.Course;
import huafang.engine.sampling.Guidance;
import huafang.engine.sampling.Prediction;
import huafang.engine.tensor.Tensor;
import huafang.engine.text.PromptComments;
import huafang.engine.text.PromptEncoder;
import huafang.engine.text.PromptPart;
import huafang.engine.text.PromptTags;
import huafang.engine.text.PromptTimes;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Reads the prompts of requests, and guides a network by them. */
final class Guide {
    /** Each is a row of every call of the network. */
    private static final int MOST_PARTS = 64;

    private final Networks networks;
    private final Batcher batcher;
    private final Prediction trained;
    private final LoadedAdapters loaded;
    private final LoadedEmbeddings embeddings;
    private final BlankPictures blanks = new BlankPictures();
    private final EncodedTexts texts = new EncodedTexts();

    /**
     * @param batcher of the device that the networks run on
     * @param trained what the network was trained to predict
     */
    Guide(Networks networks, Batcher batcher, Prediction trained) {
        this.networks = networks;
        this.batcher = batcher;
        this.trained = trained;
        this.loaded = new LoadedAdapters(networks.layers());
        this.embeddings = new LoadedEmbeddings(networks.textWidths());
    }

    /**
     * Encodes a request's prompts, and guides the network by them.
     *
     * @param adapted whether LoRAs that are asked for are for this checkpoint
     * @param image what an inpainting network sees beside the latents; nothing if there is no
     *     picture
     * @param calls of this pass that others have made
     */
    Guidance guidance(
            Txt2Img request, boolean adapted, Optional<Tensor> image, Pass pass, int calls) {
        Networks seen = pass.manner().tiling() ? networks.wrapped() : networks;
        BooleanSupplier wanted = pass.listener()::isWanted;
        Txt2Img.Reading reading = request.reading();
        PromptTags tags = PromptTags.parse(PromptComments.without(request.prompt()));
        var loras =
                new LoadedAdapters.Key(adapted ? reading.addOns().loras(tags.tags()) : List.of());
        Adapters adapters = loaded.of(loras, wanted);
        seen.prepare(adapters);
        int clipSkip = reading.clipSkip();
        var encoder =
                new PromptEncoder(
                        chunk ->
                                texts.of(
                                        new EncodedTexts.Key(chunk, clipSkip, loras),
                                        () -> networks.encodeText(chunk, clipSkip, adapters),
                                        wanted),
                        reading.emphasis(),
                        reading.addOns().embeddings(embeddings, loras.loras()),
                        networks.textWidths());
        var ofPicture =
                new Conditioner(
                        seen,
                        chunk ->
                                texts.of(
                                        new EncodedTexts.Key(chunk, 0, loras),
                                        () -> networks.poolText(chunk, adapters),
                                        wanted),
                        request.width(),
                        request.height(),
                        image.orElseGet(() -> blanks.of(seen, request.width(), request.height())));
        var conditioner =
                pass.enlarged()
                        .map(size -> ofPicture.toldSize(size.width(), size.height()))
                        .orElse(ofPicture);
        var times = new PromptTimes(Pass.calls(request, request.steps()), pass.before());
        List<Course.Part> positive =
                parts(tags.prompt()).stream()
                        .map(part ->
                                course(
                                        encoder,
                                        part.text(),
                                        part.weight(),
                                        false,
                                        times,
                                        conditioner))
                        .toList();
        Course.Part negative =
                course(
                        encoder,
                        PromptComments.without(request.negativePrompt()),
                        1,
                        true,
                        times,
                        conditioner);
        return new Guidance(
                batcher.shared(seen.predictor(adapters), pass.manner().priority(), wanted),
                request.sampler().prediction(trained),
                new Course(positive),
                new Course(List.of(negative)),
                (float) request.cfgScale(),
                calls);
    }

    private static List<PromptPart> parts(String prompt) {
        List<PromptPart> parts = PromptPart.parse(prompt);
        if (parts.size() > MOST_PARTS) {
            throw new IllegalArgumentException(
                    "the prompt: found %d prompts composed by AND, allowed: %d"
                            .formatted(parts.size(), MOST_PARTS));
        }
        return parts;
    }

    private static Course.Part course(
            PromptEncoder encoder,
            String text,
            double weight,
            boolean negative,
            PromptTimes times,
            Conditioner conditioner) {
        return new Course.Part(
                (float) weight,
                encoder.encode(text, times).stream()
                        .map(stage ->
                                new Course.Stage(
                                        stage.until(),
                                        conditioner.complete(
                                                stage.context(),
                                                stage.first(),
                                                negative,
                                                text.isEmpty())))
                        .toList());
    }

    EncodedTexts texts() {
        return texts;
    }
}
