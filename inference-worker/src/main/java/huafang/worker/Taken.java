package huafang.worker;

import huafang.contracts.broker.Lane;
import huafang.contracts.job.Begun;
import huafang.contracts.job.HandedBack;
import java.time.Instant;

/**
 * A record that was taken from the queue.
 *
 * @param topic one of the lane's
 * @param key of the record: an {@link huafang.contracts.job.ImageKey}
 * @param deliveries how often the broker has handed it out, this time included
 * @param holder the id of the client that took it
 */
record Taken(
        Lane lane,
        String topic,
        long offset,
        String key,
        byte[] value,
        int deliveries,
        String holder) {
    String place() {
        return HandedBack.place(topic, offset);
    }

    Begun begun() {
        return new Begun(topic, offset, deliveries, Instant.now(), holder);
    }

    HandedBack handedBack() {
        return new HandedBack(topic, offset, Instant.now());
    }
}
