package huafang.contracts.generation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The samplers that can be asked for, under AUTOMATIC1111's names and aliases. */
public enum Sampler {
    DPMPP_2M("DPM++ 2M", Scheduler.KARRAS, "k_dpmpp_2m"),
    DPMPP_SDE("DPM++ SDE", Scheduler.KARRAS, "k_dpmpp_sde", Trait.ETA, Trait.NOISE_SCALE),
    DPMPP_2M_SDE(
            "DPM++ 2M SDE", Scheduler.EXPONENTIAL, "k_dpmpp_2m_sde", Trait.ETA, Trait.NOISE_SCALE),
    DPMPP_2M_SDE_HEUN(
            "DPM++ 2M SDE Heun",
            Scheduler.EXPONENTIAL,
            "k_dpmpp_2m_sde_heun",
            Trait.ETA,
            Trait.NOISE_SCALE),
    DPMPP_2S_A(
            "DPM++ 2S a",
            Scheduler.KARRAS,
            "k_dpmpp_2s_a",
            Trait.ETA,
            Trait.NOISE_SCALE,
            Trait.SEED_DELTA),
    DPMPP_3M_SDE(
            "DPM++ 3M SDE", Scheduler.EXPONENTIAL, "k_dpmpp_3m_sde", Trait.ETA, Trait.NOISE_SCALE),
    EULER_A(
            "Euler a",
            Scheduler.UNIFORM,
            "k_euler_a k_euler_ancestral",
            Trait.ETA,
            Trait.SEED_DELTA),
    EULER("Euler", Scheduler.UNIFORM, "k_euler", Trait.CHURN, Trait.NOISE_SCALE),
    LMS("LMS", Scheduler.UNIFORM, "k_lms"),
    HEUN("Heun", Scheduler.UNIFORM, "k_heun", Trait.CHURN, Trait.NOISE_SCALE),
    DPM2("DPM2", Scheduler.KARRAS, "k_dpm_2", Trait.CHURN, Trait.NOISE_SCALE),
    DPM2_A("DPM2 a", Scheduler.KARRAS, "k_dpm_2_a", Trait.ETA, Trait.NOISE_SCALE, Trait.SEED_DELTA),
    DPM_FAST(
            "DPM fast",
            Scheduler.UNIFORM,
            "k_dpm_fast",
            Trait.ETA,
            Trait.NOISE_SCALE,
            Trait.SEED_DELTA),
    DPM_ADAPTIVE("DPM adaptive", Scheduler.UNIFORM, "k_dpm_ad", Trait.ETA, Trait.SEED_DELTA),
    RESTART("Restart", Scheduler.KARRAS, "restart"),
    DDIM("DDIM", Scheduler.UNIFORM, "ddim", Trait.ETA, Trait.USUALLY_WITHOUT_ETA),
    DDIM_CFGPP("DDIM CFG++", Scheduler.UNIFORM, "ddim_cfgpp", Trait.ETA, Trait.USUALLY_WITHOUT_ETA),
    PLMS("PLMS", Scheduler.UNIFORM, "plms"),
    UNIPC("UniPC", Scheduler.UNIFORM, "unipc"),
    LCM("LCM", Scheduler.UNIFORM, "k_lcm");

    /** Which of the {@link SamplingOptions} count with a sampler. */
    public enum Trait {
        /** Eta. */
        ETA,
        /** Eta is 0, not 1, where none is given: DDIM's own meaning of it. */
        USUALLY_WITHOUT_ETA,
        /** Churn and its range. */
        CHURN,
        /** The noise's scale. */
        NOISE_SCALE,
        /** ENSD is worth telling. */
        SEED_DELTA
    }

    private final String label;
    private final Scheduler defaultScheduler;
    private final List<String> aliases;
    private final Set<Trait> traits;

    Sampler(String label, Scheduler defaultScheduler, String aliases, Trait... traits) {
        this.label = label;
        this.defaultScheduler = defaultScheduler;
        this.aliases = List.of(aliases.split(" "));
        this.traits = Set.of(traits);
    }

    /** Whether something about it holds. */
    public boolean has(Trait trait) {
        return traits.contains(trait);
    }

    /** The name that people and infotexts use, as in {@code Euler a}. */
    @JsonValue
    public String label() {
        return label;
    }

    public List<String> aliases() {
        return aliases;
    }

    /** What {@link Scheduler#AUTOMATIC} means with this sampler. */
    public Scheduler defaultScheduler() {
        return defaultScheduler;
    }

    /**
     * The sampler of a name or an alias, in any case.
     *
     * @throws InvalidParameterException if none has it
     */
    @JsonCreator
    public static Sampler of(String name) {
        return find(name)
                .orElseThrow(
                        () -> new InvalidParameterException("sampler", name, "one of " + labels()));
    }

    static Optional<Sampler> find(String name) {
        return Arrays.stream(values())
                .filter(sampler ->
                        sampler.label.equalsIgnoreCase(name)
                                || sampler.aliases.stream()
                                        .anyMatch(alias -> alias.equalsIgnoreCase(name)))
                .findFirst();
    }

    private static String labels() {
        return Arrays.stream(values()).map(Sampler::label).collect(Collectors.joining(", "));
    }
}
