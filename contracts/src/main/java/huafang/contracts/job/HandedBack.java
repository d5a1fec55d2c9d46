package huafang.contracts.job;

import java.time.Instant;

/**
 * A worker that was told to end has let go of a record, so that the next delivery of it does not
 * follow a death: a record of the topic generation-control, keyed by {@link #place}.
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

    /** Whether a record of generation-control with this key is one of these, or {@link Begun}. */
    public static boolean isKey(String key) {
        return key.indexOf('@') >= 0;
    }
}
