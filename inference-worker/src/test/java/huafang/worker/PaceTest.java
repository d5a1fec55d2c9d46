package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void aWorkerTellsOfTwentyStepsASecondHoweverManyImagesItHas() {
        int images = 100;
        List<Pace> paces = Stream.generate(() -> Pace.ofSteps(() -> images)).limit(images).toList();

        long told = 0;
        for (long millis = 0; millis < 60_000; millis += 10) {
            long now = millis * 1_000_000;
            told += paces.stream().filter(pace -> pace.allows(now)).count();
        }
        assertThat(told / 60.0).isEqualTo(20);

        var alone = Pace.ofSteps(() -> 1);
        assertThat(LongStream.range(0, 100).filter(step -> alone.allows(step * 10_000_000L)))
                .containsExactly(0L, 25L, 50L, 75L);
    }

    @Test
    void aHundredStepsASecondAreToldFourTimes() {
        var pace = new Pace(Duration.ofMillis(250));
        long start = Long.MAX_VALUE - 500_000_000L; // the clock may wrap around

        var told =
                LongStream.range(0, 100)
                        .filter(step -> pace.allows(start + step * 10_000_000L))
                        .toArray();

        assertThat(told).containsExactly(0, 25, 50, 75);
    }
}
