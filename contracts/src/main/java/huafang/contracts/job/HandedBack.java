package huafang.contracts.job;

import java.time.Instant;

/**
 * A worker has let go of a record as it was told to end, or has it wait for its turn, so that its
 * first delivery is a death only if it is {@link Begun} after all. A record of the topic
 * generation-control, keyed by {@link #place}.
 *
 * @param topic of the record
 * @param offset of the record, in the topic's only partition
 */
public record HandedBack(String topic, long offset, Instant at) {
    public HandedBack {
        Required.all("handed back", topic, at);
    }

    /** Where the record lies. */
    public String place() {
        return place(topic, offset);
    }

    public static String place(String topic, long offset) {
        return topic + "@" + offset;
    }

    /**
     * Whether a record of generation-control with this key is one of these, unless it is one of the
     * others' that workers tell.
     */
    public static boolean isKey(String key) {
        return key.indexOf('@') >= 0;
    }
}
