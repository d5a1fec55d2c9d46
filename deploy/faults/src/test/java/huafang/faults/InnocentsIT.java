package huafang.faults;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.faults.Order.Ending;
import huafang.servers.Folders;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An image that kills its workers is given up, and those that a worker holds beside it are not. */
@Timeout(600)
class InnocentsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** With the one that kills, as many as the worker takes from both lanes. */
    private static final int INNOCENTS = 7;

    @Test
    void onlyTheImageThatKillsIsGivenUp() throws Exception {
        Path folder = Path.of("target", "onlyTheImageThatKillsIsGivenUp").toAbsolutePath();
        Folders.delete(folder);
        var journal = new Journal();
        try (var fleet = new Fleet(folder)) {
            fleet.addStorages(1);
            fleet.addGateways(1);
            Member worker = fleet.addWorker("deploy/faults", 4);
            fleet.start("broker", "database");
            fleet.start("storage", "downloader", "gateway");
            submit(fleet, journal, 1, Ending.EXIT);
            submit(fleet, journal, INNOCENTS, Ending.PICTURE);
            worker.start();

            var result = new Audit(fleet, journal).run(PATIENCE);

            assertThat(result.isGood()).as("%s", result).isTrue();
            assertThat(result.stored()).isEqualTo(INNOCENTS);
            assertThat(result.failed()).isEqualTo(1);
        }
    }

    /** Images of a second; one that kills does so before the others are done. */
    private static void submit(Fleet fleet, Journal journal, int count, Ending ending)
            throws Exception {
        for (int i = 0; i < count; i++) {
            int steps = ending == Ending.EXIT ? 5 : 10;
            var order = Order.single(steps, 100, i, ending);
            new Customer(fleet.gateways(), journal, i).submit(order, () -> true);
        }
    }
}
