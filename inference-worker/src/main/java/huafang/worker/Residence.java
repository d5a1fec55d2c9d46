package huafang.worker;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * Which group of models this worker serves. It stays while there is work, so that models stay
 * loaded. It moves to where images wait when it has none, and to where nobody else is when others
 * can do its work, or after a while.
 */
final class Residence {
    private final Duration idleAtLeast;
    private final Duration stay;
    private final RandomGenerator chance;
    private volatile int group;
    private long movedAt;
    private int inWork;
    private volatile long idleSince;

    /**
     * @param idleAtLeast how long it must have had no work to be idle
     * @param stay how long it stays with a group while others have nobody
     */
    Residence(Duration idleAtLeast, Duration stay, RandomGenerator chance, long now) {
        this.idleAtLeast = idleAtLeast;
        this.stay = stay;
        this.chance = chance;
        this.movedAt = now;
        this.idleSince = now;
    }

    int group() {
        return group;
    }

    synchronized void begin() {
        inWork++;
    }

    synchronized void end(long now) {
        inWork--;
        idleSince = now;
    }

    /**
     * Decides where to be.
     *
     * @param slots that this worker has in all
     */
    synchronized void look(Demand demand, int slots, long now) {
        OptionalInt next = OptionalInt.empty();
        boolean isIdle = now - Math.max(idleSince, movedAt) >= idleAtLeast.toNanos();
        if (inWork == 0 && isIdle) {
            next = demand.mostWaiting(group);
        } else if (mayLeave(demand, slots, now)) {
            next = demand.deserted(group);
        }
        if (next.isPresent()) {
            group = next.getAsInt();
            movedAt = now;
        }
    }

    /**
     * Whether others suffice here, as far as can be seen, or it has been here for long. About one
     * of the workers that serve a group leaves it, not all.
     */
    private boolean mayLeave(Demand demand, int slots, long now) {
        int workers = Math.max(1, demand.slots(group) / Math.max(1, slots));
        boolean isSpare = inWork == 0 && workers > 1;
        boolean hasStayed = now - movedAt >= stay.toNanos();
        return (isSpare || hasStayed) && chance.nextInt(workers) == 0;
    }
}
