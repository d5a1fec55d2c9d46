package huafang.engine.sampling;

/**
 * A step's way split in two: down a little too far without noise, then up again by fresh noise.
 *
 * @param down the level to go down to
 * @param up the standard deviation of the noise that leads back up
 */
record Ancestral(double down, double up) {
    /**
     * The split of k-diffusion's get_ancestral_step.
     *
     * @param eta 0 goes straight down, 1 replaces as much noise as the diffusion itself would
     */
    static Ancestral step(double from, double to, double eta) {
        double up = Math.min(to, eta * to * Math.sqrt((from * from - to * to) / (from * from)));
        return new Ancestral(Math.sqrt(to * to - up * up), up);
    }
}
