package huafang.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final Group SMALL = new Group(null, List.of(4, 64, 64));
    private static final Group LARGE = new Group(null, List.of(4, 128, 128));

    private final Limits limits = new Limits(64);

    @Test
    void aLimitBeginsAtOnePictureAndGrowsWhileMoreRowsPay() {
        assertThat(limits.rows(SMALL)).isEqualTo(2);

        // A call takes as long as any other, up to 16 rows.
        call(SMALL, 100, rows -> Math.max(1, rows / 16.0));

        assertThat(limits.rows(SMALL)).isEqualTo(16);
    }

    @Test
    void aShapeForWhichNothingIsGainedStaysSmall() {
        call(LARGE, 100, rows -> rows);

        assertThat(limits.rows(LARGE)).isLessThanOrEqualTo(2);
        assertThat(limits.rows(SMALL)).isEqualTo(2);
    }

    @Test
    void itNeverExceedsTheMost() {
        call(SMALL, 1000, rows -> 1);

        assertThat(limits.rows(SMALL)).isEqualTo(64);
        assertThat(new Limits(1).rows(SMALL)).isEqualTo(1);
    }

    @Test
    void whatDidNotFitHalvesTheLimitOfItsShapeForLong() {
        call(SMALL, 60, rows -> 1);
        call(LARGE, 60, rows -> 1);

        limits.didNotFit(SMALL, 64);
        call(SMALL, 500, rows -> 1);

        assertThat(limits.rows(SMALL)).isEqualTo(32);
        assertThat(limits.rows(LARGE)).isEqualTo(64);

        call(SMALL, 600, rows -> 1);

        assertThat(limits.rows(SMALL)).as("tried again").isEqualTo(64);
    }

    @Test
    void aSingleRowIsTheLeast() {
        limits.didNotFit(SMALL, 2);
        limits.didNotFit(SMALL, 1);

        assertThat(limits.rows(SMALL)).isEqualTo(1);
    }

    /** Full calls that take so long for so many rows. */
    private void call(Group group, int times, IntToDoubleFunction seconds) {
        for (int i = 0; i < times; i++) {
            int rows = limits.rows(group);
            limits.measured(group, rows, (long) (1e9 * seconds.applyAsDouble(rows)));
        }
    }
}
