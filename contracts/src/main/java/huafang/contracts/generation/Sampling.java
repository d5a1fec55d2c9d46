package huafang.contracts.generation;

import java.util.Locale;

/**
 * A sampler and its schedule.
 *
 * @param sampler how the noise is taken away
 * @param scheduler at which noise levels
 */
public record Sampling(Sampler sampler, Scheduler scheduler) {

    /**
     * Reads the two names of a request. Older clients write the schedule behind the sampler, as in
     * {@code DPM++ 2M Karras}; a schedule given by its own name wins over that one.
     *
     * @param samplerName a sampler's name or alias, perhaps followed by a schedule's label
     * @param schedulerName a schedule's name or label, or null where none was given
     * @throws InvalidParameterException if a name is unknown
     */
    public static Sampling of(String samplerName, String schedulerName) {
        Scheduler asked = schedulerName == null ? null : Scheduler.of(schedulerName);
        String name = samplerName.toLowerCase(Locale.ROOT);
        for (Scheduler trailing : Scheduler.values()) {
            String end = " " + trailing.label().toLowerCase(Locale.ROOT);
            if (name.endsWith(end)) {
                var sampler = Sampler.find(name.substring(0, name.length() - end.length()));
                if (sampler.isPresent()) {
                    return new Sampling(sampler.get(), asked == null ? trailing : asked);
                }
            }
        }
        return new Sampling(Sampler.of(samplerName), asked == null ? Scheduler.AUTOMATIC : asked);
    }
}
