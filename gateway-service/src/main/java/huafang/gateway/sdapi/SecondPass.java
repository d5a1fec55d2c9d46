package huafang.gateway.sdapi;

import huafang.contracts.generation.Hires;
import huafang.contracts.generation.InvalidParameterException;
import huafang.contracts.generation.Sampling;
import huafang.gateway.job.HiresRequest;
import huafang.gateway.request.Fields;
import java.util.List;

/** The second pass of {@code POST /sdapi/v1/txt2img}. */
final class SecondPass {
    private static final double STRENGTH = 0.75;
    private static final double SCALE = 2;
    private static final String SAME_SAMPLER = "Use same sampler";
    private static final String SAME_SCHEDULER = "Use same scheduler";
    private static final String SAME_CHECKPOINT = "Use same checkpoint";

    private SecondPass() {}

    /** Null if none is asked for. */
    static HiresRequest of(Fields fields) {
        if (!fields.flag("enable_hr", false)) {
            return null;
        }
        for (String first : List.of("firstphase_width", "firstphase_height")) {
            if (fields.integer(first, 0) != 0) {
                throw new InvalidParameterException(
                        first, fields.node(first), "0; hr_resize_x and hr_resize_y say the size");
            }
        }
        String sampler = textOr(fields, "hr_sampler_name", SAME_SAMPLER);
        String scheduler = textOr(fields, "hr_scheduler", SAME_SCHEDULER);
        Sampling named =
                Sampling.ofSecondPass(
                        sampler.equals(SAME_SAMPLER) ? null : sampler,
                        scheduler.equals(SAME_SCHEDULER) ? null : scheduler);
        String checkpoint = textOr(fields, "hr_checkpoint_name", SAME_CHECKPOINT);
        var hires =
                new Hires(
                        fields.number("hr_scale", SCALE),
                        fields.integer("hr_resize_x", 0),
                        fields.integer("hr_resize_y", 0),
                        textOr(fields, "hr_upscaler", Hires.LATENT.getFirst()),
                        null,
                        fields.number("denoising_strength", STRENGTH),
                        fields.integer("hr_second_pass_steps", 0),
                        fields.text("hr_prompt", ""),
                        fields.text("hr_negative_prompt", ""),
                        named.sampler(),
                        named.scheduler(),
                        null);
        return new HiresRequest(hires, checkpoint.equals(SAME_CHECKPOINT) ? null : checkpoint);
    }

    private static String textOr(Fields fields, String name, String otherwise) {
        String text = fields.text(name, "");
        return text.isEmpty() ? otherwise : text;
    }
}
