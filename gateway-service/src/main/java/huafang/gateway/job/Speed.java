package huafang.gateway.job;

/** How fast workers have been of late: step-megapixels per second of one worker. */
final class Speed {
    /** The weight of what came before, with each image that is finished. */
    private static final double FADING = 0.95;

    private double cost;
    private double seconds;

    synchronized void measure(double ofImage, long engineMillis) {
        cost = FADING * cost + ofImage;
        seconds = FADING * seconds + engineMillis / 1000.0;
    }

    /** 0 while nothing is known. */
    synchronized double perSecond() {
        return seconds > 0 ? cost / seconds : 0;
    }
}
