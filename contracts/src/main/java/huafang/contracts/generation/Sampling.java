package huafang.contracts.generation;

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
        int space = samplerName.lastIndexOf(' ');
        if (Sampler.find(samplerName).isEmpty() && space > 0) {
            var sampler = Sampler.find(samplerName.substring(0, space));
            var trailing = Scheduler.find(samplerName.substring(space + 1));
            if (sampler.isPresent() && trailing.isPresent()) {
                return new Sampling(sampler.get(), asked == null ? trailing.get() : asked);
            }
        }
        return new Sampling(Sampler.of(samplerName), asked == null ? Scheduler.AUTOMATIC : asked);
    }
}
