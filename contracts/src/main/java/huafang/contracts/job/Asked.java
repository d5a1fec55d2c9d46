package huafang.contracts.job;

import java.time.Instant;

/**
 * A worker asks who lives of those that took the earlier deliveries of a record: whoever has one of
 * them in hand answers at once with {@link Alive}. A record of the topic generation-control, keyed
 * by {@link #key}.
 *
 * @param place where the record lies, as {@link HandedBack#place} says it
 * @param delivery the asking worker's own, which comes after those that it asks about
 */
public record Asked(String place, int delivery, Instant at) {
    private static final String PREFIX = "asked ";

    public Asked {
        Required.all("asked", place, at);
    }

    public String key() {
        return PREFIX + Begun.key(place, delivery);
    }

    /** Whether a record of generation-control with this key is one of these. */
    public static boolean isKey(String key) {
        return key.startsWith(PREFIX);
    }
}
