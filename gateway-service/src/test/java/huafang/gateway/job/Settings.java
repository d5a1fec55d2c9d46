package huafang.gateway.job;

import java.time.Duration;

/** Settings of tests that need no broker. */
record Settings(Duration keepEnded, int mostLive, double mostWaiting, double mostWaitingOfOwner)
        implements JobSettings {

    static Settings keeping(Duration ended, int most) {
        return new Settings(ended, most, Double.MAX_VALUE, Double.MAX_VALUE);
    }

    static Settings allowing(double inAll, double ofOwner) {
        return new Settings(Duration.ofMinutes(10), 100, inAll, ofOwner);
    }

    @Override
    public Duration acknowledgeWithin() {
        return Duration.ZERO;
    }

    @Override
    public Duration replay() {
        return Duration.ZERO;
    }

    @Override
    public Duration catchUpWithin() {
        return Duration.ZERO;
    }

    @Override
    public int interactiveImages() {
        return 0;
    }

    @Override
    public int modelGroups() {
        return 1;
    }

    @Override
    public Duration expireAfter() {
        return Duration.ZERO;
    }

    @Override
    public Duration heartbeat() {
        return Duration.ZERO;
    }
}
