package huafang.engine;

import static java.util.Objects.requireNonNull;

import java.util.function.Supplier;

/**
 * Another checkpoint that takes over on the way: Stable Diffusion XL's refiner, or any other that
 * knows the same latents. It reads the prompts anew, and decodes the picture. Of a hires fix only
 * the second pass is refined, as AUTOMATIC1111 does it unless told otherwise.
 *
 * @param model asked once, before the first step; it must stay open until the picture is painted
 * @param at the part of the way after which it takes over, 0 to 1
 * @param bySteps whether the way is counted by steps, as AUTOMATIC1111 did until 1.9; else by the
 *     timesteps of the noise levels, as it does since
 */
public record Refiner(Supplier<StableDiffusion> model, double at, boolean bySteps) {
    /**
     * @throws IllegalArgumentException if the part is out of its range
     */
    public Refiner {
        requireNonNull(model, "model");
        if (!(at >= 0 && at <= 1)) {
            throw new IllegalArgumentException(
                    "refiner at: found %s, allowed: 0 to 1".formatted(at));
        }
    }
}
