package huafang.engine;

import static java.util.Objects.requireNonNull;

import huafang.engine.sampling.LatentUpscale;
import huafang.engine.sampling.Partway;
import huafang.engine.sampling.Sampler;
import huafang.engine.sampling.Schedule;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A picture that is painted small first, enlarged, and painted over: AUTOMATIC1111's hires fix.
 *
 * @param picture the small one
 * @param size of the large one
 * @param enlargement from one to the other
 * @param strength how much of the enlarged one is painted anew, 0 to 1
 * @param second what else is new about it
 */
public record HiresFix(
        Txt2Img picture, Size size, Enlargement enlargement, double strength, Second second)
        implements Request {
    private static final int PIXELS_PER_LATENT = 8;
    private static final int MOST_STEPS = 150;

    /**
     * @throws IllegalArgumentException if a number is out of its range, naming the field, what was
     *     found and what is allowed; also if the strength is so little that the schedule that the
     *     second pass is the end of would be too long
     */
    public HiresFix {
        requireNonNull(picture, "picture");
        requireNonNull(enlargement, "enlargement");
        if (!(strength >= 0 && strength <= 1)) {
            throw new IllegalArgumentException(
                    "strength: found %s, allowed: 0 to 1".formatted(strength));
        }
        Txt2Img over = over(picture, size, second); // checks its size and steps
        if (strength > 0) {
            Partway.all(over.steps(), strength); // checks that a schedule can be so long
        }
    }

    /** The second pass, as though it were a picture of its own. */
    Txt2Img over() {
        return over(picture, size, second);
    }

    private static Txt2Img over(Txt2Img first, Size size, Second second) {
        return new Txt2Img(
                second.prompt.isEmpty() ? first.prompt() : second.prompt,
                second.negativePrompt.isEmpty() ? first.negativePrompt() : second.negativePrompt,
                size.width / PIXELS_PER_LATENT * PIXELS_PER_LATENT
                        - size.cutAcross * PIXELS_PER_LATENT,
                size.height / PIXELS_PER_LATENT * PIXELS_PER_LATENT
                        - size.cutDown * PIXELS_PER_LATENT,
                second.steps == 0 ? first.steps() : second.steps,
                second.sampler.orElse(first.sampler()),
                second.schedule.orElse(first.schedule()),
                first.cfgScale(),
                first.seed(),
                first.rng(),
                first.reading(),
                first.options());
    }

    /**
     * A size that is enlarged to, and how much is cut off then.
     *
     * @param width in pixels, before cutting
     * @param height likewise
     * @param cutAcross latents that are too many in a row
     * @param cutDown and in a column
     */
    public record Size(int width, int height, int cutAcross, int cutDown) {
        private static final double LARGEST_FACTOR = 8;

        /**
         * So many times as large, 1 to 8.
         *
         * @throws IllegalArgumentException if the factor is out of its range
         */
        public static Size by(Txt2Img picture, double factor) {
            if (!(factor >= 1 && factor <= LARGEST_FACTOR)) {
                throw new IllegalArgumentException(
                        "hires scale: found %s, allowed: 1 to 8".formatted(factor));
            }
            return new Size(
                    (int) (picture.width() * factor), (int) (picture.height() * factor), 0, 0);
        }

        /**
         * To a width and a height, cutting off what another shape has too much; one of them may be
         * 0, which follows from the other.
         *
         * @throws IllegalArgumentException if both are 0, or one is out of its range
         */
        public static Size to(Txt2Img picture, int width, int height) {
            if (width < 0 || height < 0 || width + height == 0 || Math.max(width, height) > 2048) {
                throw new IllegalArgumentException(
                        "hires size: found %d x %d, allowed: 0 to 2048, and not 0 twice"
                                .formatted(width, height));
            }
            int heightOfWidth = width * picture.height() / picture.width();
            int widthOfHeight = height * picture.width() / picture.height();
            if (height == 0) {
                return new Size(width, heightOfWidth, 0, 0);
            }
            if (width == 0) {
                return new Size(widthOfHeight, height, 0, 0);
            }
            boolean narrower =
                    (double) picture.width() / picture.height() < (double) width / height;
            return narrower
                    ? new Size(
                            width, heightOfWidth, 0, (heightOfWidth - height) / PIXELS_PER_LATENT)
                    : new Size(
                            widthOfHeight, height, (widthOfHeight - width) / PIXELS_PER_LATENT, 0);
        }
    }

    /** From the small picture to the large one. */
    public sealed interface Enlargement {
        /** Of the latents. */
        record OfLatents(LatentUpscale way) implements Enlargement {}

        /** Of the decoded picture, which stays the caller's to close. */
        record OfPixels(Upscaler upscaler) implements Enlargement {}
    }

    /**
     * What the second pass has of its own.
     *
     * @param steps that are really run, 1 to 150; 0 for as many as in the first
     * @param prompt empty for the first one's
     * @param negativePrompt likewise
     * @param model asked once, before the first step; it must stay open until the picture is
     *     painted; none for the first one's; it must know the same latents where they are enlarged
     */
    public record Second(
            int steps,
            String prompt,
            String negativePrompt,
            Optional<Sampler> sampler,
            Optional<Schedule> schedule,
            Optional<Supplier<StableDiffusion>> model) {
        /** Nothing. */
        public static final Second SAME =
                new Second(0, "", "", Optional.empty(), Optional.empty(), Optional.empty());

        /**
         * @throws IllegalArgumentException if there are too many steps
         */
        public Second {
            if (steps < 0 || steps > MOST_STEPS) {
                throw new IllegalArgumentException(
                        "hires steps: found %d, allowed: 0 to %d".formatted(steps, MOST_STEPS));
            }
        }
    }
}
