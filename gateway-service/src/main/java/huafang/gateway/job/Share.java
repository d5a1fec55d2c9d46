package huafang.gateway.job;

import huafang.contracts.job.ImageState;

/**
 * What has not ended of one or many jobs.
 *
 * @param jobs how many
 * @param cost in step-pixels: whole numbers, so that what is added is taken away to the last one
 * @param images that have not ended
 * @param started those of them that are in work
 */
record Share(int jobs, long cost, int images, int started) {
    static final Share NOTHING = new Share(0, 0, 0, 0);
    private static final double MEGAPIXEL = 1e6;

    /** Of one job. */
    static Share of(Job job) {
        if (job.hasEnded()) {
            return NOTHING;
        }
        long cost = 0;
        int images = 0;
        int started = 0;
        for (JobImage image : job.images()) {
            if (!image.state().isEnd()) {
                cost += Math.round(MEGAPIXEL * Cost.of(job.parameters(), image.step()));
                images++;
                started += image.state() == ImageState.STARTED ? 1 : 0;
            }
        }
        return new Share(1, cost, images, started);
    }

    Share plus(Share other) {
        return new Share(
                jobs + other.jobs,
                cost + other.cost,
                images + other.images,
                started + other.started);
    }

    Share minus(Share other) {
        return new Share(
                jobs - other.jobs,
                cost - other.cost,
                images - other.images,
                started - other.started);
    }

    double stepMegapixels() {
        return cost / MEGAPIXEL;
    }
}
