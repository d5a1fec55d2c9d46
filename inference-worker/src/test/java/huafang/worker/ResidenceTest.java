package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.broker.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ResidenceTest {
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration STAY = Duration.ofSeconds(30);
    private static final int SLOTS = 2;

    private final Residence residence = new Residence(IDLE, STAY, new Random(1), 0);

    @Test
    void aWorkerWithoutWorkMovesToWhereMostImagesWaitThatNobodyThereCanHaveTaken() {
        var demand =
                demand(
                        Map.of("generation-jobs-1", 3L, "generation-jobs-bulk-2", 2L),
                        "generation-jobs-1",
                        2);

        look(demand, Duration.ofMillis(999));
        assertThat(residence.group()).isZero();
        look(demand, IDLE);
        assertThat(residence.group()).isEqualTo(2);
    }

    @Test
    void aWorkerWithoutWorkStaysWhereNobodyElseNeedsIt() {
        look(demand(Map.of("generation-jobs-1", 2L), "generation-jobs-1", 2), IDLE);
        assertThat(residence.group()).isZero();
    }

    @Test
    void aWorkerWithWorkLeavesItOnlyAfterAWhileAndForThoseThatNobodyServes() {
        residence.begin();
        var served = demand(Map.of("generation-jobs-1", 9L), "generation-jobs-1", 2);
        var deserted = demand(Map.of("generation-jobs-1", 1L), "generation-jobs", 2);

        look(served, STAY);
        look(deserted, STAY.minusMillis(1));
        assertThat(residence.group()).isZero();
        look(deserted, STAY);
        assertThat(residence.group()).isEqualTo(1);
        look(demand(Map.of("generation-jobs", 1L), "generation-jobs-1", 2), STAY.plusSeconds(29));
        assertThat(residence.group()).as("stays there for as long").isEqualTo(1);
    }

    @Test
    void aWorkerThatNeverRunsOutOfWorkGoesRoundAllGroups() {
        residence.begin();
        var seen = new ArrayList<Integer>();
        for (int stays = 1; stays <= 6; stays++) {
            int now = residence.group();
            var images =
                    IntStream.range(0, 3)
                            .boxed()
                            .collect(Collectors.toMap(Lane.INTERACTIVE::topicName, group -> 9L));
            look(demand(images, Lane.INTERACTIVE.topicName(now), SLOTS), STAY.multipliedBy(stays));
            seen.add(residence.group());
        }
        assertThat(seen).containsExactly(1, 2, 0, 1, 2, 0);
    }

    @Test
    void oneOfTwoWorkersThatHaveLittleToDoLeavesAtOnceForThoseThatNobodyServes() {
        var deserted = demand(Map.of("generation-jobs-1", 1L), "generation-jobs", 2 * SLOTS);
        for (int looks = 0; looks < 20; looks++) {
            look(deserted, Duration.ofMillis(looks));
        }
        assertThat(residence.group()).isEqualTo(1);
    }

    @Test
    void ofManyWorkersAboutOneLeaves() {
        var deserted = demand(Map.of("generation-jobs-1", 1L), "generation-jobs", 10 * SLOTS);
        int left = 0;
        for (int seed = 0; seed < 1000; seed++) {
            var worker = new Residence(IDLE, STAY, new Random(seed), 0);
            worker.begin();
            worker.look(deserted, SLOTS, STAY.toNanos());
            left += worker.group();
        }
        assertThat(left).isBetween(60, 140);
    }

    @Test
    void anImageJustEndedIsNoIdleness() {
        var demand = demand(Map.of("generation-jobs-1", 1L), "generation-jobs", 1);
        residence.begin();
        residence.end(Duration.ofSeconds(5).toNanos());

        look(demand, Duration.ofSeconds(5).plusMillis(999));
        assertThat(residence.group()).isZero();
        look(demand, Duration.ofSeconds(6));
        assertThat(residence.group()).isEqualTo(1);
    }

    private void look(Demand demand, Duration now) {
        residence.look(demand, SLOTS, now.toNanos());
    }

    private static Demand demand(Map<String, Long> images, String served, int members) {
        return new Demand(images, Map.of(served, members));
    }
}
