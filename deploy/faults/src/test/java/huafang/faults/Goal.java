package huafang.faults;

import java.util.List;
import java.util.Locale;

/**
 * How long 99 % of something may take, and how long it took.
 *
 * @param seconds that were measured
 * @param most in seconds
 */
record Goal(String what, List<Double> seconds, double most) {
    /** A line for a report. */
    String line() {
        String judged =
                seconds.isEmpty()
                        ? "no sample"
                        : Timing.quantile(seconds, 0.99) <= most ? "met" : "NOT met";
        return String.format(
                Locale.ROOT,
                "%s (goal: 99 %% <= %.0f s: %s)",
                Timing.line(what, seconds),
                most,
                judged);
    }
}
