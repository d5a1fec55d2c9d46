package huafang.contracts.job;

import java.time.Instant;

/**
 * A worker lives that took a delivery of a record which the broker takes for ended, as after a
 * broken connection: nobody died over that. It has it in hand still, and answers {@link Asked}; or
 * it was done, and the broker did not take its acknowledgement. A record of the topic
 * generation-control, keyed by {@link #key}.
 *
 * @param place where the record lies, as {@link HandedBack#place} says it
 * @param delivery which one it took
 */
public record Alive(String place, int delivery, Instant at) {
    private static final String PREFIX = "alive ";

    public Alive {
        Required.all("alive", place, at);
    }

    public String key() {
        return PREFIX + Begun.key(place, delivery);
    }

    /** Whether a record of generation-control with this key is one of these. */
    public static boolean isKey(String key) {
        return key.startsWith(PREFIX);
    }
}
