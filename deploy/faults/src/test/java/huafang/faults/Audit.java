package huafang.faults;

import huafang.contracts.broker.Lane;
import huafang.contracts.broker.Topic;
import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.StepsDone;
import huafang.faults.Order.Ending;
import huafang.servers.Database;
import huafang.worker.ScriptedPainter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** What became of all that was accepted, as the database and the topics have it. */
final class Audit {
    /**
     * How long after all ends something more may come of what the broker has. A commit that was
     * lost with the broker is not repeated before the next record, so that may be nothing.
     */
    private static final Duration SETTLING = Duration.ofSeconds(45);

    private final Fleet fleet;
    private final Journal journal;
    private final List<String> wrong = new ArrayList<>();
    private final Map<ImageKey, State> states = new HashMap<>();
    private final Map<ImageKey, List<Row>> rows = new HashMap<>();

    /** What the real engine painted of each seed the first time. */
    private final Map<Long, String> painted = new HashMap<>();

    private int compared;

    private record State(ImageState state, String reason) {}

    /** A stored picture. */
    record Row(long seed, String picture) {}

    /**
     * What was counted.
     *
     * @param painted how many of the stored ones the real engine painted
     * @param wrong a sentence for each thing that is not as promised
     */
    record Result(
            int accepted,
            int stored,
            int failed,
            int cancelled,
            int lost,
            int duplicated,
            int painted,
            List<String> wrong) {
        Result and(List<String> alsoWrong) {
            var all = new ArrayList<>(wrong);
            all.addAll(alsoWrong);
            return new Result(accepted, stored, failed, cancelled, lost, duplicated, painted, all);
        }

        boolean isGood() {
            return lost == 0 && duplicated == 0 && wrong.isEmpty();
        }
    }

    Audit(Fleet fleet, Journal journal) {
        this.fleet = fleet;
        this.journal = journal;
    }

    /**
     * Waits until every accepted image has come to its end, and counts.
     *
     * @param patience how long nothing may happen before what has not ended is given up for lost
     */
    Result run(Duration patience) throws SQLException, InterruptedException {
        wrong.addAll(journal.wrong());
        try (var connection = connect();
                var backlog = new Backlog(fleet)) {
            awaitEnds(connection, backlog, patience);
            requireOneJobForEachKey(connection);
        }
        requireOnBroker();
        wrong.addAll(new Blame(events(), deadWorkers()).forNothing(journal.accepted()));
        return count();
    }

    private List<Timing.Death> deadWorkers() {
        return fleet.members("worker").stream()
                .flatMap(worker ->
                        Stream.concat(worker.deaths().stream(), worker.exits().stream())
                                .map(at -> new Timing.Death(worker.name(), at)))
                .toList();
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(fleet.jdbcUrl(), Database.USER, Fleet.PASSWORD);
    }

    private void awaitEnds(Connection connection, Backlog backlog, Duration patience)
            throws SQLException, InterruptedException {
        long changed = System.nanoTime();
        boolean haveEnded = false;
        while (System.nanoTime() - changed < (haveEnded ? SETTLING : patience).toNanos()) {
            Map<ImageKey, State> before = Map.copyOf(states);
            int stored = rows.size();
            boolean isDone = backlog.isEmpty(); // before the rows are read
            readStates(connection);
            readRows(connection);
            haveEnded = journal.accepted().stream().flatMap(Audit::keys).allMatch(this::hasEnded);
            if (isDone && haveEnded) {
                return;
            }
            if (!states.equals(before) || rows.size() != stored) {
                changed = System.nanoTime();
            }
            Thread.sleep(500);
        }
    }

    private static Stream<ImageKey> keys(Order order) {
        return IntStream.range(0, order.images())
                .mapToObj(index -> new ImageKey(order.job().get(), index));
    }

    private boolean hasEnded(ImageKey key) {
        State state = states.get(key);
        return state != null
                && state.state().isEnd()
                && (state.state() != ImageState.FINISHED || rows.containsKey(key));
    }

    private void readStates(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                "SELECT job_id, image_index, state, reason FROM ledger_images")) {
            while (found.next()) {
                states.put(
                        key(found),
                        new State(ImageState.valueOf(found.getString(3)), found.getString(4)));
            }
        }
    }

    private void readRows(Connection connection) throws SQLException {
        rows.clear();
        try (var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                "SELECT job_id, image_index, seed, image_base64 FROM generated_images")) {
            while (found.next()) {
                rows.computeIfAbsent(key(found), key -> new ArrayList<>())
                        .add(new Row(found.getLong(3), found.getString(4)));
            }
        }
    }

    private static ImageKey key(ResultSet row) throws SQLException {
        return new ImageKey(UUID.fromString(row.getString(1)), row.getInt(2));
    }

    private void requireOneJobForEachKey(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var found =
                        statement.executeQuery(
                                """
                                SELECT idempotency_key, COUNT(*) FROM ledger_jobs
                                WHERE idempotency_key IS NOT NULL
                                GROUP BY idempotency_key HAVING COUNT(*) > 1\
                                """)) {
            while (found.next()) {
                wrong.add("order %s: %d jobs".formatted(found.getString(1), found.getInt(2)));
            }
        }
    }

    /** A 202 promises that the broker has every image. */
    private void requireOnBroker() {
        Set<String> queued = new HashSet<>();
        for (Lane lane : Lane.values()) {
            Records.read(fleet.broker(), lane.topicName(0), record -> queued.add(record.key()));
        }
        for (Order order : journal.accepted()) {
            keys(order)
                    .filter(key -> !queued.contains(key.toString()))
                    .forEach(key -> wrong.add("image %s: accepted, never queued".formatted(key)));
        }
    }

    private Result count() {
        int accepted = 0;
        int stored = 0;
        int failed = 0;
        int cancelled = 0;
        int lost = 0;
        int duplicated = 0;
        for (Order order : journal.accepted()) {
            for (ImageKey key : (Iterable<ImageKey>) keys(order)::iterator) {
                accepted++;
                List<Row> pictures = rows.getOrDefault(key, List.of());
                duplicated += Math.max(0, pictures.size() - 1);
                State state = states.get(key);
                if (!hasEnded(key)) {
                    lost++;
                    wrong.add("image %s: lost as %s".formatted(key, state));
                    continue;
                }
                switch (state.state()) {
                    case FINISHED -> stored++;
                    case FAILED -> failed++;
                    default -> cancelled++;
                }
                check(order, key, state, pictures);
            }
        }
        return new Result(accepted, stored, failed, cancelled, lost, duplicated, compared, wrong);
    }

    private void check(Order order, ImageKey key, State state, List<Row> pictures) {
        switch (state.state()) {
            case FINISHED -> {
                if (!order.ending().isPicture()) {
                    wrong.add(
                            "image %s: finished, but ends with %s".formatted(key, order.ending()));
                }
                pictures.forEach(row -> checkPicture(order, key, row));
            }
            case FAILED -> checkReason(order, key, state.reason());
            default -> {
                if (order.cancelledAt().get() == null) {
                    wrong.add("image %s: cancelled by nobody".formatted(key));
                }
            }
        }
        if (state.state() != ImageState.FINISHED && !pictures.isEmpty()) {
            wrong.add("image %s: %s, and stored".formatted(key, state.state()));
        }
    }

    private void checkReason(Order order, ImageKey key, String reason) {
        boolean isDeath = reason.contains("workers died");
        boolean isExpiry = order.expiresAfter() != null && reason.contains("expired");
        boolean isScripted = order.ending() == Ending.NAN && reason.contains("NaN");
        if (!isDeath && !isScripted && !isExpiry) {
            wrong.add("image %s: failed for no reason of ours: %s".formatted(key, reason));
        }
    }

    private void checkPicture(Order order, ImageKey key, Row row) {
        long seed = order.seed() + key.index();
        if (order.ending() == Ending.PAINTED) {
            compared++;
            String first = painted.putIfAbsent(seed, row.picture());
            if (first != null && !first.equals(row.picture())) {
                wrong.add("image %s: not the bytes painted at first".formatted(key));
            }
            return;
        }
        try {
            var image =
                    ImageIO.read(
                            new ByteArrayInputStream(Base64.getDecoder().decode(row.picture())));
            int[] found = image.getRGB(0, 0, 16, 16, null, 0, 16);
            byte[] expected = ScriptedPainter.pixels(seed);
            int[] pixels = new int[found.length];
            Arrays.setAll(
                    pixels,
                    i ->
                            0xff000000
                                    | (expected[3 * i] & 0xff) << 16
                                    | (expected[3 * i + 1] & 0xff) << 8
                                    | expected[3 * i + 2] & 0xff);
            if (row.seed() != seed || !Arrays.equals(found, pixels)) {
                wrong.add("image %s: another picture than that of seed %d".formatted(key, seed));
            }
        } catch (IOException | IllegalArgumentException e) {
            wrong.add("image %s: no picture: %s".formatted(key, e.getMessage()));
        }
    }

    /** All pictures that are stored. */
    Map<ImageKey, List<Row>> rows() {
        return rows;
    }

    /** All events, with the times at which they were sent. */
    List<Timing.Told> events() {
        List<Timing.Told> events = new ArrayList<>();
        Records.read(
                fleet.broker(),
                Topic.GENERATION_EVENTS,
                record ->
                        events.add(
                                new Timing.Told(
                                        Codec.decode(record.value(), JobEvent.class),
                                        Instant.ofEpochMilli(record.timestamp()))));
        return events;
    }

    /** All steps, likewise. */
    List<Waiting.Step> steps() {
        List<Waiting.Step> steps = new ArrayList<>();
        Records.read(
                fleet.broker(),
                Topic.GENERATION_STEPS,
                record -> {
                    var at = Instant.ofEpochMilli(record.timestamp());
                    Codec.decode(record.value(), StepsDone.class)
                            .images()
                            .forEach(image -> steps.add(new Waiting.Step(image, at)));
                });
        return steps;
    }
}
