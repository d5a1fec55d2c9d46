package huafang.gateway.job;

/**
 * What waits and what is in work, in step-megapixels.
 *
 * @param jobs how many that is
 * @param all of everybody
 * @param own of one owner
 * @param ownImages how many images that is
 * @param perSecond how much of it is done in a second; 0 while that is unknown
 */
record Load(int jobs, double all, double own, int ownImages, double perSecond) {
    /**
     * How much of the owner's own is done in a second: the workers serve all, each by what it has
     * on the way.
     */
    double ownPerSecond() {
        return all > 0 ? perSecond * (own / all) : perSecond;
    }
}
