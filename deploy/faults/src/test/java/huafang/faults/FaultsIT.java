package huafang.faults;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.faults.Order.Ending;
import huafang.servers.Database;
import huafang.servers.Folders;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Nothing is lost and nothing is stored twice, whatever dies; and the audit would notice. */
@Timeout(900)
class FaultsIT {
    private static final Duration SHORT = Duration.ofSeconds(10);
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final Duration FAULTS = Duration.ofMinutes(4);

    private Path folder;

    /** It stays, for who wants to know why a service did not do as it should. */
    @BeforeEach
    void chooseFolder(TestInfo test) {
        folder = Path.of("target", test.getTestMethod().orElseThrow().getName()).toAbsolutePath();
        Folders.delete(folder);
    }

    @Test
    void nothingIsLostAndNothingIsStoredTwice() throws Exception {
        long seed = ThreadLocalRandom.current().nextInt(1_000_000);

        var result = new Drill(seed, FAULTS, Scenario.of(""), System.out).run(folder);

        assertThat(result.wrong()).as("seed %d", seed).isEmpty();
        assertThat(result.isGood()).as("seed %d: %s", seed, result).isTrue();
        assertThat(result.stored()).isGreaterThan(100);
        assertThat(result.painted()).isGreaterThan(Aimed.SPECIMENS + 10);
    }

    @Test
    void theAuditNoticesWhatIsBrokenOnPurpose() throws Exception {
        try (var fleet = new Fleet(folder)) {
            fleet.addStorages(1);
            fleet.addGateways(1);
            fleet.start("broker", "database");
            fleet.start("storage", "downloader", "gateway");
            imagesAreLostWhereTheGroupBeginsWithTheLatest(fleet);
            imagesAreLostWhereTheyAreAcknowledgedFirst(fleet);
            picturesAreStoredTwiceWithoutTheUniqueKey(fleet);
        }
    }

    private static void imagesAreLostWhereTheGroupBeginsWithTheLatest(Fleet fleet)
            throws Exception {
        var journal = new Journal();
        submit(fleet, journal, 10);
        Member broken = fleet.addWorker("deploy/faults", 1, Breakage.LATEST_OFFSET);
        broken.start();
        fleet.awaitReady(broken);

        assertThat(new Audit(fleet, journal).run(SHORT).lost()).isEqualTo(1);

        broken.end();
    }

    private static void imagesAreLostWhereTheyAreAcknowledgedFirst(Fleet fleet) throws Exception {
        var journal = new Journal();
        Member broken = fleet.addWorker("deploy/faults", 1, Breakage.ACKNOWLEDGE_FIRST);
        broken.start();
        fleet.awaitReady(broken);
        submit(fleet, journal, 10);
        new Audit(fleet, journal).run(LONG); // it can paint
        submit(fleet, journal, 1500);
        Thread.sleep(2000); // it is painting

        broken.kill(Duration.ZERO);

        assertThat(new Audit(fleet, journal).run(SHORT).lost()).isEqualTo(1);
        broken.end();
    }

    private static void picturesAreStoredTwiceWithoutTheUniqueKey(Fleet fleet) throws Exception {
        var journal = new Journal();
        Member worker = fleet.addWorker("deploy/faults", 1);
        worker.start();
        submit(fleet, journal, 10);
        assertThat(new Audit(fleet, journal).run(LONG).stored()).isEqualTo(1);

        readAgain(fleet);
        assertThat(new Audit(fleet, journal).run(LONG).isGood()).isTrue();

        try (var connection =
                        DriverManager.getConnection(
                                fleet.jdbcUrl(), Database.USER, Fleet.PASSWORD);
                var statement = connection.createStatement()) {
            statement.execute("ALTER TABLE generated_images DROP KEY one_row_per_image");
        }
        readAgain(fleet);
        assertThat(new Audit(fleet, journal).run(LONG).duplicated()).isEqualTo(1);
    }

    /** One image, of so many milliseconds a step. */
    private static void submit(Fleet fleet, Journal journal, int stepMillis) throws Exception {
        long seed = new Random().nextInt(1000);
        Order order = Order.single(4, stepMillis, seed, Ending.PICTURE);
        new Customer(fleet.gateways(), journal, seed).submit(order, () -> true);
    }

    private static void readAgain(Fleet fleet) throws Exception {
        Member storage = fleet.members("storage").getFirst();
        Process before = storage.process();
        storage.terminate(Duration.ofSeconds(3));
        before.onExit().join();
        try (var backlog = new Backlog(fleet)) {
            backlog.rewindStorage();
        }
        fleet.awaitReady(storage);
    }
}
