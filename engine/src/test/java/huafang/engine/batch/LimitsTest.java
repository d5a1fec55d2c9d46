package huafang.engine.batch;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.network.DeviceMemory;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final Group SMALL = new Group(null, List.of(4, 64, 64));
    private static final Group LARGE = new Group(null, List.of(4, 128, 128));

    private final Limits limits = new Limits(64, Optional::empty);

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
        assertThat(new Limits(1, Optional::empty).rows(SMALL)).isEqualTo(1);
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

    @Test
    void aLimitStopsWhereTheNextDoublingWouldNotLeaveMemoryFree() {
        // Of 1000 bytes, each row of the largest call so far keeps 20: 16 rows 320, 32 rows 640.
        var card = new Card(1000, 20);

        card.call(100);

        assertThat(card.limits.rows(SMALL)).isEqualTo(32);
        assertThat(card.mostRows).as("never tried, though all pay").isEqualTo(32);
    }

    @Test
    void memoryThatOthersTakeIsNotCountedOn() {
        var card = new Card(1000, 20);
        card.others = 500; // 16 rows keep 320, 32 would keep 640

        card.call(100);
        assertThat(card.limits.rows(SMALL)).isEqualTo(16);

        card.others = 0;
        card.call(1100);
        assertThat(card.limits.rows(SMALL)).as("tried again").isEqualTo(32);
    }

    @Test
    void whereEarlierCallsLeftTheRuntimeEnoughOnlyTryingTells() {
        var card = new Card(1000, 15);
        card.mostRows = 64; // of another shape, which took nearly all

        card.call(100);

        assertThat(card.limits.rows(SMALL)).isEqualTo(64);
    }

    /** A device whose runtime keeps what its largest call took. */
    private static final class Card {
        private final long bytes;
        private final long bytesPerRow;
        private final Limits limits = new Limits(64, () -> Optional.of(memory()));
        private long others;
        private int mostRows;

        private Card(long bytes, long bytesPerRow) {
            this.bytes = bytes;
            this.bytesPerRow = bytesPerRow;
        }

        private DeviceMemory memory() {
            return new DeviceMemory(bytes - others - bytesPerRow * mostRows, bytes);
        }

        /** Calls that take as long whatever they hold. */
        private void call(int times) {
            LimitsTest.call(
                    limits,
                    SMALL,
                    times,
                    rows -> {
                        mostRows = Math.max(mostRows, rows);
                        return 1;
                    });
        }
    }

    private void call(Group group, int times, IntToDoubleFunction seconds) {
        call(limits, group, times, seconds);
    }

    /** Full calls that take so long for so many rows. */
    private static void call(Limits limits, Group group, int times, IntToDoubleFunction seconds) {
        for (int i = 0; i < times; i++) {
            int rows = limits.rows(group);
            limits.measured(group, rows, (long) (1e9 * seconds.applyAsDouble(rows)));
        }
    }
}
