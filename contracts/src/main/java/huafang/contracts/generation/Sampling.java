package huafang.contracts.generation;

import java.util.Locale;
import java.util.Optional;

/**
 * A sampler and its schedule.
 *
 * @param sampler how the noise is taken away; null only of a second pass that has the first one's
 * @param scheduler at which noise levels; likewise
 */
public record Sampling(Sampler sampler, Scheduler scheduler) {
    /**
     * Reads the two names of a request. Older clients write the schedule behind the sampler, as in
     * {@code DPM++ 2M Karras}; as with AUTOMATIC1111, that one wins over a schedule by its own
     * name.
     *
     * @param samplerName a sampler's name or alias, perhaps followed by a schedule's name, label or
     *     alias
     * @param schedulerName a schedule's name, label or alias, or null where none was given
     * @throws InvalidParameterException if a name is unknown
     */
    public static Sampling of(String samplerName, String schedulerName) {
        Sampling given = given(samplerName, schedulerName);
        return given.scheduler == null ? new Sampling(given.sampler, Scheduler.AUTOMATIC) : given;
    }

    /**
     * Likewise of a second pass.
     *
     * @param samplerName null for the first pass's
     * @param schedulerName likewise
     * @throws InvalidParameterException if a name is unknown
     */
    public static Sampling ofSecondPass(String samplerName, String schedulerName) {
        return samplerName == null
                ? new Sampling(null, schedulerName == null ? null : Scheduler.of(schedulerName))
                : given(samplerName, schedulerName);
    }

    private static Sampling given(String samplerName, String schedulerName) {
        Scheduler asked = schedulerName == null ? null : Scheduler.of(schedulerName);
        return trailing(samplerName).orElseGet(() -> new Sampling(Sampler.of(samplerName), asked));
    }

    private static Optional<Sampling> trailing(String samplerName) {
        String name = samplerName.toLowerCase(Locale.ROOT);
        for (Scheduler scheduler : Scheduler.values()) {
            for (String known : scheduler.names()) {
                String end = " " + known.toLowerCase(Locale.ROOT);
                if (name.endsWith(end)) {
                    var sampler = Sampler.find(name.substring(0, name.length() - end.length()));
                    if (sampler.isPresent()) {
                        return Optional.of(new Sampling(sampler.get(), scheduler));
                    }
                }
            }
        }
        return Optional.empty();
    }
}
