package huafang.gateway.job;

import java.util.HashMap;
import java.util.Map;

/** The sums of what has not ended, which follow each change: whoever asks need not count. */
final class Tally {
    private final Map<String, Share> ofOwners = new HashMap<>();
    private Share all = Share.NOTHING;

    /** A job of an owner had one share, and now has another. */
    synchronized void change(String owner, Share before, Share after) {
        if (before.equals(after)) {
            return;
        }
        all = all.minus(before).plus(after);
        Share own = ofOwners.getOrDefault(owner, Share.NOTHING).minus(before).plus(after);
        if (own.equals(Share.NOTHING)) {
            ofOwners.remove(owner);
        } else {
            ofOwners.put(owner, own);
        }
    }

    /** How many jobs. */
    synchronized int unfinished() {
        return all.jobs();
    }

    /**
     * What that is for an owner.
     *
     * @param speed of one worker, in step-megapixels per second; 0 while that is unknown
     */
    synchronized Load load(String owner, double speed) {
        Share own = ofOwners.getOrDefault(owner, Share.NOTHING);
        return new Load(
                all.jobs(),
                all.stepMegapixels(),
                own.stepMegapixels(),
                own.images(),
                speed * Math.max(1, all.started()));
    }
}
