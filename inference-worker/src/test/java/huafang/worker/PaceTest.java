package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PaceTest {
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
