package huafang.gateway.sdapi;

import huafang.contracts.generation.Emphasis;
import huafang.contracts.generation.Inpainting;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.PromptReading;
import huafang.contracts.generation.Rng;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Sampler.Trait;
import huafang.contracts.generation.SamplingOptions;
import huafang.gateway.request.Fields;
import java.util.Set;

/**
 * What holds for a request that says nothing else: what its owner chose for all requests, or what
 * it overrides of that.
 *
 * @param model any name of a checkpoint, or null for the first usable one
 * @param vae the name of a VAE's file, or {@code Automatic}
 * @param rng whose random numbers
 * @param reading how prompts are read
 * @param maskWeight how much of what is under a mask is not seen; without a mask of no effect
 * @param fields all of them, in AUTOMATIC1111's names
 */
record Settings(
        String model,
        String vae,
        Rng rng,
        PromptReading reading,
        double maskWeight,
        Fields fields) {
    static final String MODEL = "sd_model_checkpoint";
    static final String VAE = "sd_vae";
    static final String RNG = "randn_source";
    static final String CLIP_SKIP = "CLIP_stop_at_last_layers";
    static final String EMPHASIS = "emphasis";
    static final String SEED_DELTA = "eta_noise_seed_delta";
    static final String ETA = "eta_ancestral";
    static final String ETA_DDIM = "eta_ddim";
    static final String PREVIEWS = "live_previews_enable";
    static final String NOISE_MULTIPLIER = "initial_noise_multiplier";
    static final String MASK_WEIGHT = "inpainting_mask_weight";
    static final String DISCARD = "always_discard_next_to_last_sigma";
    static final String REFINER_BY_STEPS = "refiner_switch_by_sample_steps";

    /** Those that are kept for an owner. */
    static final Set<String> NAMES =
            Set.of(
                    MODEL,
                    VAE,
                    RNG,
                    CLIP_SKIP,
                    EMPHASIS,
                    SEED_DELTA,
                    ETA,
                    ETA_DDIM,
                    DISCARD,
                    REFINER_BY_STEPS,
                    NOISE_MULTIPLIER,
                    MASK_WEIGHT,
                    PREVIEWS,
                    "tiling",
                    "s_churn",
                    "s_tmin",
                    "s_tmax",
                    "s_noise",
                    "sigma_min",
                    "sigma_max",
                    "rho");

    /**
     * @throws InvalidParameterException in the settings' own names
     */
    static Settings of(Fields fields) {
        Unsupported.refuse(fields);
        return new Settings(
                fields.text(MODEL, null),
                fields.text(VAE, "Automatic"),
                fields.named(RNG, Rng.NV, Rng::of),
                reading(fields),
                maskWeight(fields),
                fields);
    }

    private static PromptReading reading(Fields fields) {
        // 0 is what older clients write for the last layer
        int clipSkip = Math.max(fields.integer(CLIP_SKIP, 1), 0);
        Emphasis emphasis = fields.named(EMPHASIS, Emphasis.ORIGINAL, Emphasis::of);
        try {
            return new PromptReading(clipSkip == 0 ? 1 : clipSkip, emphasis);
        } catch (InvalidParameterException e) {
            throw e.of(fields.path(CLIP_SKIP));
        }
    }

    private static double maskWeight(Fields fields) {
        double weight = fields.number(MASK_WEIGHT, 1);
        try {
            Inpainting.requireWeight(weight);
            return weight;
        } catch (InvalidParameterException e) {
            throw e.of(fields.path(MASK_WEIGHT));
        }
    }

    /** A field of the request wins over the setting of its name. */
    SamplingOptions sampling(Fields request, Sampler sampler) {
        String eta = sampler.has(Trait.USUALLY_WITHOUT_ETA) ? ETA_DDIM : ETA;
        double churnTo = request.number("s_tmax", fields.number("s_tmax", 0));
        return new SamplingOptions(
                request.number("eta", fields.number(eta, null)),
                request.number("s_churn", fields.number("s_churn", 0)),
                request.number("s_tmin", fields.number("s_tmin", 0)),
                churnTo == 0 || Double.isInfinite(churnTo) ? null : churnTo,
                request.number("s_noise", fields.number("s_noise", 1)),
                fields.number("sigma_min", 0),
                fields.number("sigma_max", 0),
                fields.number("rho", 0),
                fields.flag(DISCARD, false),
                0,
                request.number("subseed_strength", 0),
                Math.max(request.integer("seed_resize_from_w", -1), 0),
                Math.max(request.integer("seed_resize_from_h", -1), 0),
                fields.integer(SEED_DELTA, 0));
    }
}
