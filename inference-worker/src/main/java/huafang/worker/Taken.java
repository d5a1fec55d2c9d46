package huafang.worker;

import huafang.contracts.broker.Lane;
import huafang.contracts.job.Alive;
import huafang.contracts.job.Asked;
import huafang.contracts.job.Begun;
import huafang.contracts.job.HandedBack;
import java.time.Instant;

/**
 * A record that was taken from the queue.
 *
 * @param topic one of the lane's
 * @param key of the record: an {@link huafang.contracts.job.ImageKey}
 * @param deliveries how often the broker has handed it out, this time included
 */
record Taken(Lane lane, String topic, long offset, String key, byte[] value, int deliveries) {
    String place() {
        return HandedBack.place(topic, offset);
    }

    /** Which one it is, as {@link Begun#key} says it. */
    String delivery() {
        return Begun.key(place(), deliveries);
    }

    Begun begun() {
        return new Begun(topic, offset, deliveries, Instant.now());
    }

    Asked asked() {
        return new Asked(place(), deliveries, Instant.now());
    }

    Alive alive() {
        return new Alive(place(), deliveries, Instant.now());
    }

    HandedBack handedBack() {
        return new HandedBack(topic, offset, Instant.now());
    }
}
