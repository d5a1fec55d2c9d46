package huafang.gateway.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How jobs are put on the queue and followed. */
@ConfigMapping(prefix = "huafang.jobs")
public interface JobSettings {
    /** How long the broker may take to acknowledge a job: longer than its producers wait. */
    @WithDefault("13s")
    Duration acknowledgeWithin();

    /** How far back a replica that starts reads the events. */
    @WithDefault("10m")
    Duration replay();

    /** How long a replica that starts waits to hear from the ledger which jobs wait. */
    @WithDefault("30s")
    Duration catchUpWithin();

    /** How long an ended job is answered for from memory. */
    @WithDefault("10m")
    Duration keepEnded();

    /** How many jobs are kept in memory. When as many have not ended, no more are accepted. */
    @WithDefault("10000")
    int mostLive();

    /** How much may wait in all, in step-megapixels: a picture of 512x512 in 20 steps is 6. */
    @WithDefault("200000")
    double mostWaiting();

    /** Likewise of one owner. */
    @WithDefault("50000")
    double mostWaitingOfOwner();

    /** How many images of an owner may be on the way before others stand in the bulk lane. */
    @WithDefault("4")
    int interactiveImages();

    /**
     * Into how many groups models fall; images of each have a queue of their own, and a worker
     * keeps to one while it has work. More than one only where many models share several workers.
     */
    @WithDefault("1")
    int modelGroups();

    /** After what time an image that has not been begun is given up, if its owner does not say. */
    @WithDefault("6d")
    Duration expireAfter();

    /** How often a silent stream of events says that it is alive. */
    @WithDefault("15s")
    Duration heartbeat();
}
