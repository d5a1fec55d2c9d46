package huafang.contracts.job;

import java.time.Instant;

/**
 * A worker lives, and has a delivery of a record in hand that the broker takes for ended, as after
 * a broken connection: nobody died over that. The answer to {@link Asked}, on the topic
 * generation-control, keyed by {@link #key}.
 *
 * @param place where the record lies, as {@link HandedBack#place} says it
 * @param delivery which one it has in hand
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
