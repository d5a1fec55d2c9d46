package huafang.engine.sampling;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A sampler and a schedule, as people name them.
 *
 * @param sampler null only of a second pass that has the first one's
 * @param schedule {@link Schedule#AUTOMATIC} where none is named; of a second pass null
 */
public record SamplerName(Sampler sampler, Schedule schedule) {
    /**
     * Reads the two names. Older ones have the schedule behind the sampler, as in {@code DPM++ 2M
     * Karras}, by any of its names; as with AUTOMATIC1111, that one wins over a schedule by its own
     * name.
     *
     * @param schedule null where none is given
     * @throws IllegalArgumentException if a name is unknown
     */
    public static SamplerName of(String sampler, String schedule) {
        SamplerName given = given(sampler, schedule);
        return given.schedule == null ? new SamplerName(given.sampler, Schedule.AUTOMATIC) : given;
    }

    /**
     * Likewise of a second pass.
     *
     * @param sampler null for the first pass's
     * @param schedule likewise
     * @throws IllegalArgumentException if a name is unknown
     */
    public static SamplerName ofSecondPass(String sampler, String schedule) {
        return sampler == null
                ? new SamplerName(null, schedule == null ? null : Schedule.named(schedule))
                : given(sampler, schedule);
    }

    private static SamplerName given(String sampler, String schedule) {
        Schedule asked = schedule == null ? null : Schedule.named(schedule);
        return trailing(sampler).orElseGet(() -> new SamplerName(Sampler.named(sampler), asked));
    }

    private static Optional<SamplerName> trailing(String sampler) {
        String name = sampler.toLowerCase(Locale.ROOT);
        for (Schedule schedule : Schedule.values()) {
            for (String known : names(schedule)) {
                String end = " " + known.toLowerCase(Locale.ROOT);
                if (name.endsWith(end)) {
                    String front = name.substring(0, name.length() - end.length());
                    var found =
                            Names.lookUp(front, Sampler.values(), Sampler::label, Sampler::aliases);
                    if (found.isPresent()) {
                        return Optional.of(new SamplerName(found.get(), schedule));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> names(Schedule schedule) {
        return Stream.concat(Stream.of(schedule.label()), schedule.aliases().stream()).toList();
    }
}
