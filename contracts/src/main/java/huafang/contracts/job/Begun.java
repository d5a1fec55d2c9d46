package huafang.contracts.job;

import java.time.Instant;

/**
 * A worker begins a record, other than the first delivery of an image that nobody died over: if it
 * is handed out yet again, a worker that painted it has died, and not merely ended with the record
 * on its way, or waiting for its turn. A record of the topic generation-control, keyed by {@link
 * #key}.
 *
 * @param topic of the record
 * @param offset of the record, in the topic's only partition
 * @param delivery how often the broker has handed it out, this time included
 */
public record Begun(String topic, long offset, int delivery, Instant at) {
    private static final char DELIVERY = '#';

    public Begun {
        Required.all("begun", topic, at);
    }

    public String key() {
        return key(HandedBack.place(topic, offset), delivery);
    }

    /**
     * The key of a delivery.
     *
     * @param place where the record lies
     */
    public static String key(String place, int delivery) {
        return place + DELIVERY + delivery;
    }

    /** Whether a record of generation-control with this key is one of these. */
    public static boolean isKey(String key) {
        return key.indexOf(DELIVERY) >= 0;
    }
}
