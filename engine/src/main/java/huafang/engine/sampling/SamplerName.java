package huafang.engine.sampling;

import java.util.Locale;

/**
 * A sampler and a schedule, as people name them.
 *
 * @param schedule {@link Schedule#AUTOMATIC} where none is named
 */
public record SamplerName(Sampler sampler, Schedule schedule) {
    /**
     * Reads the two names. Older ones have the schedule behind the sampler, as in {@code DPM++ 2M
     * Karras}; a schedule by its own name wins over that one.
     *
     * @param schedule null where none is given
     * @throws IllegalArgumentException if a name is unknown
     */
    public static SamplerName of(String sampler, String schedule) {
        Schedule asked = schedule == null ? null : Schedule.named(schedule);
        for (Schedule trailing : Schedule.values()) {
            String end = " " + trailing.label().toLowerCase(Locale.ROOT);
            if (sampler.toLowerCase(Locale.ROOT).endsWith(end)) {
                String front = sampler.substring(0, sampler.length() - end.length());
                var found = Names.lookUp(front, Sampler.values(), Sampler::label, Sampler::aliases);
                if (found.isPresent()) {
                    return new SamplerName(found.get(), asked == null ? trailing : asked);
                }
            }
        }
        return new SamplerName(Sampler.named(sampler), asked == null ? Schedule.AUTOMATIC : asked);
    }
}
