package huafang.engine.sampling;

import static huafang.engine.sampling.Sampler.Trait.BROWNIAN;
import static huafang.engine.sampling.Sampler.Trait.CONSISTENT;
import static huafang.engine.sampling.Sampler.Trait.DISCARDS;
import static huafang.engine.sampling.Sampler.Trait.RANGE_ONLY;
import static huafang.engine.sampling.Sampler.Trait.TIMESTEPS;
import static huafang.engine.sampling.Sampler.Trait.TWO_CALLS;
import static huafang.engine.sampling.Sampler.Trait.UNI_PC;
import static huafang.engine.sampling.Schedule.EXPONENTIAL;
import static huafang.engine.sampling.Schedule.KARRAS;
import static huafang.engine.sampling.Schedule.UNIFORM;

import huafang.engine.tensor.Tensor;
import java.util.List;
import java.util.Set;

/** The sampling algorithms by the names that people know them by, with AUTOMATIC1111's habits. */
public enum Sampler {
    DPMPP_2M("DPM++ 2M", "k_dpmpp_2m", DpmPlusPlus::multistep2, KARRAS),
    DPMPP_SDE("DPM++ SDE", "k_dpmpp_sde", DpmPlusPlusSde::singleStep, KARRAS, BROWNIAN, TWO_CALLS),
    DPMPP_2M_SDE(
            "DPM++ 2M SDE",
            "k_dpmpp_2m_sde",
            DpmPlusPlusSde::multistep2Midpoint,
            EXPONENTIAL,
            BROWNIAN),
    DPMPP_2M_SDE_HEUN(
            "DPM++ 2M SDE Heun",
            "k_dpmpp_2m_sde_heun",
            DpmPlusPlusSde::multistep2Heun,
            EXPONENTIAL,
            BROWNIAN),
    DPMPP_2S_A("DPM++ 2S a", "k_dpmpp_2s_a", DpmPlusPlus::singleStep2Ancestral, KARRAS, TWO_CALLS),
    DPMPP_3M_SDE(
            "DPM++ 3M SDE",
            "k_dpmpp_3m_sde",
            DpmPlusPlusSde::multistep3,
            EXPONENTIAL,
            BROWNIAN,
            DISCARDS),
    EULER_A("Euler a", "k_euler_a k_euler_ancestral", Euler::ancestral, UNIFORM),
    EULER("Euler", "k_euler", Euler::euler, UNIFORM),
    LMS("LMS", "k_lms", LinearMultistep::lms, UNIFORM),
    HEUN("Heun", "k_heun", Euler::heun, UNIFORM, TWO_CALLS),
    DPM2("DPM2", "k_dpm_2", Dpm2::dpm2, KARRAS, DISCARDS, TWO_CALLS),
    DPM2_A("DPM2 a", "k_dpm_2_a", Dpm2::ancestral, KARRAS, DISCARDS, TWO_CALLS),
    DPM_FAST("DPM fast", "k_dpm_fast", DpmSolver::fast, UNIFORM, RANGE_ONLY),
    DPM_ADAPTIVE("DPM adaptive", "k_dpm_ad", DpmSolver::adaptive, UNIFORM, RANGE_ONLY),
    RESTART("Restart", "restart", Restart::restart, KARRAS, TWO_CALLS),
    DDIM("DDIM", "ddim", TimestepSamplers::ddim, UNIFORM, TIMESTEPS),
    DDIM_CFGPP("DDIM CFG++", "ddim_cfgpp", TimestepSamplers::ddimCfgPlusPlus, UNIFORM, TIMESTEPS),
    PLMS("PLMS", "plms", TimestepSamplers::plms, UNIFORM, TIMESTEPS),
    UNIPC("UniPC", "unipc", UniPc::uniPc, UNIFORM, UNI_PC),
    LCM("LCM", "k_lcm", Consistency::lcm, UNIFORM, CONSISTENT);

    /** What sets a sampler apart. */
    enum Trait {
        /** Its noise is a Brownian motion over the levels. */
        BROWNIAN,
        /** Leaves out the lowest level above 0. */
        DISCARDS,
        /** Asks the network twice a step. */
        TWO_CALLS,
        /** Finds its own way between the highest level and the lowest. */
        RANGE_ONLY,
        /** Visits whole timesteps, whatever the schedule. */
        TIMESTEPS,
        /** Visits even timesteps, whatever the schedule. */
        UNI_PC,
        /** Is for models distilled on some of the timesteps. */
        CONSISTENT
    }

    private final String label;
    private final List<String> aliases;
    private final Algorithm algorithm;
    private final Schedule usual;
    private final Set<Trait> traits;

    Sampler(String label, String aliases, Algorithm algorithm, Schedule usual, Trait... traits) {
        this.label = label;
        this.aliases = List.of(aliases.split(" "));
        this.algorithm = algorithm;
        this.usual = usual;
        this.traits = Set.of(traits);
    }

    /**
     * The sampler of a public name or alias, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Sampler named(String name) {
        return Names.find("sampler", name, values(), Sampler::label, Sampler::aliases);
    }

    /** The public name. */
    public String label() {
        return label;
    }

    /** Other names it is known by. */
    public List<String> aliases() {
        return aliases;
    }

    /** The schedule that it takes where none is chosen. */
    public Schedule usualSchedule() {
        return usual;
    }

    /** Whether it asks the network twice in most steps: prompts that change by steps count both. */
    public boolean isSecondOrder() {
        return traits.contains(TWO_CALLS);
    }

    /** How a network's output is to be read under this sampler. */
    public Prediction prediction(Prediction trained) {
        return traits.contains(CONSISTENT)
                ? new Prediction.Consistent(trained, trained.levels().consistent())
                : trained;
    }

    /**
     * The levels to visit; samplers of timesteps and of their own steps pass over the schedule.
     *
     * @param steps how many steps, at least 1; some samplers take a few more or fewer
     * @param levels of {@link #prediction}
     * @return at least two standard deviations, falling
     */
    public float[] sigmas(
            Schedule schedule, int steps, NoiseLevels levels, ScheduleOptions options) {
        if (traits.contains(TIMESTEPS)) {
            return TimestepSamplers.sigmas(timesteps(steps, options), levels);
        }
        if (traits.contains(UNI_PC)) {
            int count = TimestepSamplers.count(timesteps(steps, options));
            return UniPc.sigmas(count, levels.last(), levels);
        }
        if (traits.contains(RANGE_ONLY)) {
            return Spacing.exponentialToLowest(steps, levels);
        }
        return scheduled(schedule, steps, levels, options);
    }

    private static int timesteps(int steps, ScheduleOptions options) {
        return options.discardNextToLast() ? steps + 1 : steps;
    }

    private float[] scheduled(
            Schedule schedule, int steps, NoiseLevels levels, ScheduleOptions options) {
        Schedule chosen = schedule == Schedule.AUTOMATIC ? usual : schedule;
        boolean discards = traits.contains(DISCARDS) || options.discardNextToLast();
        return chosen.sigmas(steps, levels, options, discards);
    }

    /**
     * The starting point: noise as the first level wants it.
     *
     * @param noise of unit variance
     */
    public Tensor start(Tensor noise, float[] sigmas) {
        double first = sigmas[0];
        return Latents.scaled(isOfTimesteps() ? Math.sqrt(first * first + 1) : first, noise);
    }

    /**
     * Whether it keeps its latents at unit variance and walks over timesteps: then a mask is laid
     * over what the network sees, and not over what it answers.
     */
    public boolean isOfTimesteps() {
        return traits.contains(TIMESTEPS) || traits.contains(UNI_PC);
    }

    /**
     * Begins with noise alone.
     *
     * @param noise of unit variance, [b, c, h, w]
     * @param levels of {@link #prediction}
     */
    public Beginning fromNoise(
            Tensor noise,
            Schedule schedule,
            int steps,
            NoiseLevels levels,
            ScheduleOptions options) {
        float[] sigmas = sigmas(schedule, steps, levels, options);
        return new Beginning(start(noise, sigmas), sigmas);
    }

    /**
     * Begins with latents that noise is added to.
     *
     * @param latents as the network knows them, [b, c, h, w]
     * @param noise of unit variance, of their shape
     * @param levels of {@link #prediction}
     */
    public Beginning fromLatents(
            Tensor latents,
            Tensor noise,
            Schedule schedule,
            Partway partway,
            NoiseLevels levels,
            ScheduleOptions options) {
        if (isOfTimesteps()) {
            int count = timesteps(partway.steps(), options);
            return TimestepSamplers.fromLatents(
                    latents, noise, count, partway.reached(), levels, traits.contains(UNI_PC));
        }
        float[] whole = scheduled(schedule, partway.steps(), levels, options);
        float[] sigmas = partway.of(whole);
        Tensor x = Latents.sum(1, latents, sigmas[0], noise);
        if (traits.contains(RANGE_ONLY)) {
            sigmas[sigmas.length - 1] = sigmas[sigmas.length - 2]; // has no logarithm at 0
        }
        return new Beginning(x, sigmas, whole);
    }

    /**
     * Goes from noise to latents.
     *
     * @param noise of the image, begun
     * @param listener hears of each step, and is shown what each call of the model expects
     * @return latents as the network knows them, of the beginning's shape
     * @throws java.util.concurrent.CancellationException if the listener asks for it
     */
    public Tensor sample(
            Denoiser model,
            Beginning beginning,
            ImageNoise.Begun noise,
            SamplerOptions options,
            StepListener listener) {
        StepNoise onTheWay = noise.onTheWay(traits.contains(BROWNIAN), beginning.whole());
        Denoiser shown = new Shown(model, listener);
        return algorithm.sample(
                new Descent(shown, beginning.sigmas(), onTheWay, options, listener), beginning.x());
    }

    @FunctionalInterface
    private interface Algorithm {
        Tensor sample(Descent way, Tensor x);
    }
}
