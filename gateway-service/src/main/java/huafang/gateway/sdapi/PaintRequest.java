package huafang.gateway.sdapi;

import com.fasterxml.jackson.databind.JsonNode;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.Sampler;
import huafang.contracts.generation.Sampling;
import huafang.gateway.job.HiresRequest;
import huafang.gateway.job.JobRequest;
import huafang.gateway.job.StartRequest;
import huafang.gateway.problem.ProblemException;
import huafang.gateway.request.Fields;
import java.util.List;
import java.util.function.Function;

/**
 * What {@code POST /sdapi/v1/txt2img} and {@code img2img} ask for. Fields that this product cannot
 * honour yet are refused unless they ask for nothing; fields that nobody knows are ignored, as
 * there.
 *
 * @param job the same in our words
 * @param batchSize images of each round; echoed, and otherwise of no effect
 * @param sendImages whether the answer holds the pictures
 * @param sent the fields of the request, for the echo
 */
record PaintRequest(JobRequest job, int batchSize, boolean sendImages, JsonNode sent) {
    private static final int STEPS = 50;

    /**
     * @param options what the owner chose for all requests
     */
    static PaintRequest ofText(Fields fields, Fields options) {
        Unsupported.refuseContent(fields, "firstpass_image");
        return of(fields, options, settings -> null, SecondPass.of(fields));
    }

    /** Likewise with a picture to begin with. */
    static PaintRequest ofPicture(Fields fields, Fields options) {
        return of(fields, options, settings -> InitImage.of(fields, settings), null);
    }

    private static PaintRequest of(
            Fields fields,
            Fields options,
            Function<Settings, StartRequest> start,
            HiresRequest hires) {
        Sampling sampling = sampling(fields);
        refuseUnsupported(fields);
        Settings settings = Settings.of(fields.object("override_settings").over(options));
        int batchSize = fields.integer("batch_size", 1);
        boolean save =
                fields.flag("save_images", false) && !fields.flag("do_not_save_samples", false);
        var job =
                new JobRequest(
                        fields.has("prompt") ? fields.text("prompt") : "",
                        fields.text("negative_prompt", ""),
                        fields.integer("width", null),
                        fields.integer("height", null),
                        fields.integer("steps", STEPS),
                        sampling.sampler().label(),
                        sampling.scheduler().label(),
                        fields.number("cfg_scale", 7),
                        fields.wholeNumber("seed", JobRequest.RANDOM_SEED),
                        count(fields.integer("n_iter", 1), batchSize),
                        settings.rng().name(),
                        settings.reading().clipSkip(),
                        settings.reading().emphasis().label(),
                        settings.model(),
                        settings.vae(),
                        List.of(),
                        fields.wholeNumber("subseed", JobRequest.RANDOM_SEED),
                        settings.sampling(fields, sampling.sampler()),
                        start.apply(settings),
                        hires,
                        fields.flag("tiling", settings.fields().flag("tiling", false)),
                        refiner(fields, settings),
                        settings.fields().flag(Settings.PREVIEWS, true),
                        null,
                        save);
        return new PaintRequest(job, batchSize, fields.flag("send_images", true), fields.all());
    }

    private static JobRequest.Refiner refiner(Fields fields, Settings settings) {
        String name = textOr(fields, "refiner_checkpoint", "None");
        return name.equals("None")
                ? null
                : new JobRequest.Refiner(
                        name,
                        fields.number("refiner_switch_at", 0),
                        settings.fields().flag(Settings.REFINER_BY_STEPS, false));
    }

    /** Several clients send an empty text for nothing. */
    private static String textOr(Fields fields, String name, String otherwise) {
        String text = fields.text(name, "");
        return text.isEmpty() ? otherwise : text;
    }

    private static int count(int rounds, int batchSize) {
        if (rounds < 1) {
            throw new InvalidParameterException("n_iter", rounds, "1 or more");
        }
        if (batchSize < 1) {
            throw new InvalidParameterException("batch_size", batchSize, "1 or more");
        }
        return (int) Math.min((long) rounds * batchSize, Integer.MAX_VALUE);
    }

    private static Sampling sampling(Fields fields) {
        String index = textOr(fields, "sampler_index", Sampler.EULER.label());
        try {
            return Sampling.of(
                    textOr(fields, "sampler_name", index), textOr(fields, "scheduler", null));
        } catch (InvalidParameterException e) {
            if (!e.field().equals("sampler")) {
                throw e;
            }
            throw ProblemException.of(
                    400, "Sampler not found", "sampler_name", e.found(), e.allowed());
        }
    }

    private static void refuseUnsupported(Fields fields) {
        for (String switchedOff : List.of("restore_faces")) {
            if (fields.flag(switchedOff, false)) {
                throw new InvalidParameterException(switchedOff, true, "false, for now");
            }
        }
        for (String empty : List.of("styles", "script_name", "alwayson_scripts", "infotext")) {
            Unsupported.refuseContent(fields, empty);
        }
        refuseOtherThan(fields, "s_min_uncond", 0);
    }

    private static void refuseOtherThan(Fields fields, String name, int value) {
        if (fields.number(name, value) != value) {
            throw new InvalidParameterException(name, fields.node(name), value + ", for now");
        }
    }
}
