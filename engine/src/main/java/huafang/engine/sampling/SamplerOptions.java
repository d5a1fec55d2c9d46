package huafang.engine.sampling;

/**
 * What can be changed about a sampler. Each looks at what AUTOMATIC1111 lets it look at, and passes
 * over the rest.
 *
 * @param eta how much of the noise is drawn anew, 0 to 1; null for the sampler's usual: 0 with DDIM
 *     and DDIM CFG++, else 1
 * @param churn how much noise Euler, Heun and DPM2 add in all, 0 or more: Karras et al. 2022
 * @param churnFrom the lowest noise level at which they do
 * @param churnTo the highest, or infinity
 * @param noiseScale what added noise is multiplied by; passed over by Euler a, DPM adaptive,
 *     Restart, LCM and DDIM
 */
public record SamplerOptions(
        Double eta, double churn, double churnFrom, double churnTo, double noiseScale) {
    /** What everybody has who asks for nothing. */
    public static final SamplerOptions USUAL =
            new SamplerOptions(null, 0, 0, Double.POSITIVE_INFINITY, 1);

    /**
     * @throws IllegalArgumentException if a number is out of its range
     */
    public SamplerOptions {
        require(eta == null || eta >= 0 && eta <= 1, "eta", eta, "0 to 1");
        require(churn >= 0 && churn <= 100, "churn", churn, "0 to 100");
        require(churnFrom >= 0, "churnFrom", churnFrom, "0 or more");
        require(churnTo >= 0, "churnTo", churnTo, "0 or more");
        require(noiseScale >= 0 && noiseScale <= 2, "noiseScale", noiseScale, "0 to 2");
    }

    double etaOr(double usual) {
        return eta == null ? usual : eta;
    }

    private static void require(boolean holds, String field, Object found, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "%s: found %s, allowed: %s".formatted(field, found, allowed));
        }
    }
}
