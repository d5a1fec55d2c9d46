package huafang.gateway.job;

import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Hires;

/** What an image costs its worker, in step-megapixels: about proportional to its time. */
final class Cost {
    private static final double MEGAPIXEL = 1e6;

    /** Encoding the prompt, decoding and storing the picture cost something, too. */
    private static final int OVERHEAD_STEPS = 2;

    private Cost() {}

    /** Of the steps that an image has still to go, with what comes around them. */
    static double of(GenerationParameters image, int stepsDone) {
        int steps = OVERHEAD_STEPS + image.steps() - Math.min(stepsDone, image.steps());
        Hires hires = image.hires();
        double second =
                hires == null
                        ? 0
                        : (OVERHEAD_STEPS + (hires.steps() == 0 ? image.steps() : hires.steps()))
                                * hires.areaOver(image.width(), image.height());
        return (steps + second) * (image.width() * (double) image.height() / MEGAPIXEL);
    }
}
