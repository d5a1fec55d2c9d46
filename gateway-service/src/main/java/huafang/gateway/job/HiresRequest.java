package huafang.gateway.job;

import huafang.contracts.generation.Hires;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.Sampling;
import huafang.gateway.request.Fields;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A larger second pass, before its files are known.
 *
 * @param hires all else about it
 * @param checkpoint any name of one, or null for the first pass's
 */
@Schema(implementation = HiresRequest.Shape.class)
public record HiresRequest(Hires hires, String checkpoint) {
    private static final double SCALE = 2;
    private static final double STRENGTH = 0.7;

    /** As it stands in the body of {@code POST /api/v1/jobs}. */
    @Schema(name = "SecondPass")
    record Shape(
            @Schema(
                            defaultValue = "2",
                            minimum = "1",
                            maximum = "8",
                            description = "counts where no size is given")
                    double scale,
            @Schema(description = "pixels; follows from the height where it is left out") int width,
            @Schema(description = "pixels; follows from the width where it is left out") int height,
            @Schema(
                            defaultValue = "Latent",
                            description =
                                    "a kind of Latent, None, Lanczos, Nearest or a file's name")
                    String upscaler,
            @Schema(defaultValue = "0.7", minimum = "0", maximum = "1") double strength,
            @Schema(
                            minimum = "0",
                            maximum = "150",
                            description = "0, which it is if left out: as many as the first pass")
                    int steps,
            @Schema(description = "this and what follows: the first pass's where it is left out")
                    String prompt,
            String negativePrompt,
            @Schema(description = "a schedule may stand behind it, as in DPM++ 2M Karras")
                    String sampler,
            String scheduler,
            @Schema(description = "any name of a checkpoint") String checkpoint) {}

    /** Reads the field {@code hires}, or null if there is none. */
    static HiresRequest of(Fields body) {
        if (body.node("hires") == null) {
            return null;
        }
        Fields fields = body.object("hires");
        Sampling sampling = sampling(fields);
        var hires =
                new Hires(
                        fields.number("scale", SCALE),
                        fields.integer("width", 0),
                        fields.integer("height", 0),
                        fields.text("upscaler", Hires.LATENT.getFirst()),
                        null,
                        fields.number("strength", STRENGTH),
                        fields.integer("steps", 0),
                        fields.text("prompt", ""),
                        fields.text("negativePrompt", ""),
                        sampling.sampler(),
                        sampling.scheduler(),
                        null);
        var request = new HiresRequest(hires, fields.text("checkpoint", null));
        fields.refuseOthers();
        return request;
    }

    private static Sampling sampling(Fields fields) {
        String sampler = fields.text("sampler", null);
        String scheduler = fields.text("scheduler", null);
        try {
            return Sampling.ofSecondPass(sampler, scheduler);
        } catch (InvalidParameterException e) {
            throw e.of(fields.path(e.field()));
        }
    }
}
