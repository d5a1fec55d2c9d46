package huafang.engine.sampling;

import static java.util.Objects.requireNonNull;

/** What few people change about the way from noise to latents. */
public record SamplingOptions(
        SamplerOptions sampler, ScheduleOptions schedule, NoiseOptions noise) {
    /** What everybody has who asks for nothing. */
    public static final SamplingOptions USUAL =
            new SamplingOptions(SamplerOptions.USUAL, ScheduleOptions.USUAL, NoiseOptions.USUAL);

    public SamplingOptions {
        requireNonNull(sampler, "sampler");
        requireNonNull(schedule, "schedule");
        requireNonNull(noise, "noise");
    }
}
