package huafang.gateway.job;

import huafang.contracts.generation.Enlargement;
import huafang.contracts.generation.GenerationParameters;
import huafang.contracts.generation.Hires;
import huafang.contracts.generation.ImageParameters;

/** What an image costs its worker, in step-megapixels: about proportional to its time. */
final class Cost {
    private static final double MEGAPIXEL = 1e6;

    /** Encoding the prompt, decoding and storing the picture cost something, too. */
    private static final int OVERHEAD_STEPS = 2;

    /** A network enlarges a small picture while another one takes so many steps over its size. */
    private static final int STEPS_OF_UPSCALER = 6;

    private Cost() {}

    /** Of the steps that an image has still to go, with what comes around them. */
    static double of(ImageParameters image, int stepsDone) {
        return switch (image) {
            case GenerationParameters painted -> of(painted, stepsDone);
            case Enlargement enlarged -> of(enlarged);
        };
    }

    private static double of(Enlargement image) {
        double large = image.width() * (double) image.height() / MEGAPIXEL;
        double small =
                Math.min(
                        large / (image.scale() * image.scale()),
                        Enlargement.MOST_PIXELS / MEGAPIXEL);
        int networks = networks(image.upscaler()) + networks(image.second());
        return OVERHEAD_STEPS * large + networks * STEPS_OF_UPSCALER * small;
    }

    private static int networks(Enlargement.Upscaler upscaler) {
        return upscaler == null || upscaler.file() == null ? 0 : 1;
    }

    private static double of(GenerationParameters image, int stepsDone) {
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
