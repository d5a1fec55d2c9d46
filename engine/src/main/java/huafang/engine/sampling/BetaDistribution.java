package huafang.engine.sampling;

/** The symmetric beta distribution, as far as a schedule needs it. */
final class BetaDistribution {
    private static final int HALVINGS = 80;
    private static final int TERMS = 80;

    private BetaDistribution() {}

    /**
     * The value below which a share of the distribution lies.
     *
     * @param share 0 to 1
     * @param shape of both ends, above 0
     */
    static double quantile(double share, double shape) {
        if (share > 0.5) {
            return 1 - quantile(1 - share, shape);
        }
        double wanted = 2 * share * below(0.5, shape);
        double low = 0;
        double high = 0.5;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (below(middle, shape) < wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The incomplete beta function at x of at most 1/2, by its power series. */
    private static double below(double x, double shape) {
        double sum = 0;
        double term = 1;
        for (int n = 0; n < TERMS; n++) {
            sum += term / (shape + n);
            term *= (n + 1 - shape) / (n + 1) * x;
        }
        return Math.pow(x, shape) * sum;
    }
}
