package huafang.gateway.job;

import huafang.contracts.generation.Emphasis;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.PromptComments;
import huafang.contracts.generation.PromptReading;
import huafang.contracts.generation.PromptTags;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Sampling;
import huafang.contracts.generation.SamplingOptions;
import huafang.contracts.job.JobEvent;
import huafang.gateway.request.Fields;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * What is asked for, before the model is known.
 *
 * @param width pixels, or null for the picture's, or the model's native width
 * @param height likewise
 * @param sampler a sampler's name or alias, perhaps with a schedule's behind it
 * @param scheduler a schedule's name or label, or null
 * @param seed of the first image, or {@value #RANDOM_SEED}
 * @param count images; the seed of each is one higher
 * @param rng whose random numbers
 * @param clipSkip 1 takes the text encoder's last layer, 2 the one before it, and so on
 * @param emphasis what brackets in prompts do
 * @param model any name of a checkpoint, or null for the first usable one
 * @param vae the name of a VAE's file, or null for the checkpoint's own
 * @param loras that are used as if the prompt named them
 * @param subseed of the first image's variation, or {@value #RANDOM_SEED}
 * @param options what few people change about the sampling; its subseed does not count
 * @param start the picture to begin with, or null
 * @param hires a larger second pass, or null
 * @param tiling whether the pictures can be laid side by side
 * @param refiner what takes over on the way, or null
 * @param previews whether events show how the pictures come along
 * @param expiresAfter seconds after which an image that has not been begun is given up, or null for
 *     the usual time
 * @param save whether the pictures go into the database
 */
public record JobRequest(
        @Schema(required = true, examples = "a house by the sea at dusk") String prompt,
        @Schema(defaultValue = "") String negativePrompt,
        Integer width,
        Integer height,
        @Schema(defaultValue = "20", minimum = "1", maximum = "150") int steps,
        @Schema(defaultValue = "DPM++ 2M") String sampler,
        @Schema(defaultValue = "Automatic") String scheduler,
        @Schema(defaultValue = "7", minimum = "0", maximum = "30") double cfgScale,
        @Schema(defaultValue = "-1") long seed,
        @Schema(defaultValue = "1", minimum = "1", maximum = "100") int count,
        @Schema(defaultValue = "NV") String rng,
        @Schema(defaultValue = "1", minimum = "1", maximum = "12") int clipSkip,
        @Schema(defaultValue = "Original") String emphasis,
        String model,
        String vae,
        List<Lora> loras,
        @Schema(hidden = true) long subseed,
        SamplingOptions options,
        StartRequest start,
        HiresRequest hires,
        @Schema(defaultValue = "false") boolean tiling,
        Refiner refiner,
        @Schema(defaultValue = "false") boolean previews,
        @Schema(minimum = "1") Double expiresAfter,
        @Schema(defaultValue = "true") boolean save)
        implements WorkRequest {
    public static final long RANDOM_SEED = -1;
    private static final double REFINER_AT = 0.8;

    /**
     * Another checkpoint.
     *
     * @param model any of its names
     * @param at the part of the way after which it takes over
     * @param bySteps whether the way is counted by steps instead of noise levels
     */
    public record Refiner(
            String model,
            @Schema(defaultValue = "0.8") double at,
            @Schema(
                            defaultValue = "false",
                            description = "count the way by steps instead of noise levels")
                    boolean bySteps) {}

    /**
     * A LoRA beside the prompt.
     *
     * @param weight in the text encoders, and in the U-Net where that has none of its own
     * @param unetWeight in the U-Net, or null
     */
    public record Lora(
            String name,
            @Schema(defaultValue = "1", minimum = "-10", maximum = "10") double weight,
            @Schema(
                            minimum = "-10",
                            maximum = "10",
                            description = "in the U-Net; weight, where it is left out")
                    Double unetWeight) {}

    /**
     * @throws InvalidParameterException if a value can never be right, whatever the model
     */
    public JobRequest {
        if (count < 1 || count > JobEvent.MOST_IMAGES) {
            throw new InvalidParameterException("count", count, "1 to " + JobEvent.MOST_IMAGES);
        }
        WorkRequest.requireWait(expiresAfter);
        Sampling.of(sampler, scheduler);
        Rng.of(rng);
        new PromptReading(clipSkip, Emphasis.of(emphasis));
    }

    /** Reads the body of {@code POST /api/v1/jobs}. */
    static JobRequest of(Fields fields) {
        Fields options = fields.object("options");
        var request =
                new JobRequest(
                        fields.text("prompt"),
                        fields.text("negativePrompt", ""),
                        fields.integer("width", null),
                        fields.integer("height", null),
                        fields.integer("steps", 20),
                        fields.text("sampler", Sampler.DPMPP_2M.label()),
                        fields.text("scheduler", null),
                        fields.number("cfgScale", 7),
                        fields.wholeNumber("seed", RANDOM_SEED),
                        fields.integer("count", 1),
                        fields.text("rng", Rng.NV.name()),
                        fields.integer("clipSkip", 1),
                        fields.text("emphasis", Emphasis.ORIGINAL.label()),
                        fields.text("model", null),
                        fields.text("vae", null),
                        loras(fields.objects("loras")),
                        options.wholeNumber("subseed", RANDOM_SEED),
                        options(options),
                        StartRequest.of(fields),
                        HiresRequest.of(fields),
                        fields.flag("tiling", false),
                        refiner(fields),
                        fields.flag("previews", false),
                        fields.number("expiresAfter", null),
                        fields.flag("save", true));
        options.refuseOthers();
        fields.refuseOthers();
        return request;
    }

    PromptReading reading() {
        return new PromptReading(clipSkip, Emphasis.of(emphasis));
    }

    private static Refiner refiner(Fields body) {
        if (body.node("refiner") == null) {
            return null;
        }
        Fields fields = body.object("refiner");
        var refiner =
                new Refiner(
                        fields.text("model"),
                        fields.number("at", REFINER_AT),
                        fields.flag("bySteps", false));
        fields.refuseOthers();
        return refiner;
    }

    private static List<Lora> loras(List<Fields> loras) {
        return loras.stream()
                .map(fields -> {
                    var lora =
                            new Lora(
                                    fields.text("name"),
                                    fields.number("weight", 1),
                                    fields.number("unetWeight", null));
                    fields.refuseOthers();
                    return lora;
                })
                .toList();
    }

    /** The prompt with what is used as if it named them, which no comment may hide. */
    String promptWithLoras() {
        return PromptComments.without(prompt)
                + loras.stream()
                        .map(lora -> PromptTags.lora(lora.name(), lora.weight(), lora.unetWeight()))
                        .collect(Collectors.joining());
    }

    private static SamplingOptions options(Fields fields) {
        return new SamplingOptions(
                fields.number("eta", null),
                fields.number("churn", 0),
                fields.number("churnFrom", 0),
                fields.number("churnTo", null),
                fields.number("noiseScale", 1),
                fields.number("sigmaMin", 0),
                fields.number("sigmaMax", 0),
                fields.number("rho", 0),
                fields.flag("discardNextToLastSigma", false),
                0,
                fields.number("subseedStrength", 0),
                fields.integer("seedResizeFromWidth", 0),
                fields.integer("seedResizeFromHeight", 0),
                fields.integer("seedDelta", 0));
    }

    Sampling sampling() {
        return Sampling.of(sampler, scheduler);
    }
}
