package huafang.faults;

import huafang.faults.Fault.Named;
import huafang.faults.Fault.Skipped;
import huafang.faults.Order.Ending;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Faults by certain images, or of the very worker that paints one. */
final class Aimed {
    private static final Duration UNTIL_BEGUN = Duration.ofSeconds(75);

    /** The pictures that the real engine paints: by their seeds. */
    static final int SPECIMENS = 3;

    private static final int PAINTED_STEPS = 20;

    /** Longer than a worker that is told to end has left. */
    private static final int LONG_STEPS = 40;

    private static final int LONG_STEP_MILLIS = 100;

    private final Fleet fleet;
    private final Journal journal;

    Aimed(Fleet fleet, Journal journal) {
        this.fleet = fleet;
        this.journal = journal;
    }

    /** Those of which every drill has one. */
    List<Named> first() {
        return List.of(
                new Named(
                        "kill -9 of a worker that paints a picture",
                        (fleet, random) -> strike(specimen(random), w -> w.kill(Duration.ZERO))),
                new Named(
                        "a worker with a long image is told to end",
                        (fleet, random) ->
                                strike(longImage(random), w -> w.terminate(Duration.ZERO))),
                new Named("an image that ends with EXIT", poison(Ending.EXIT)));
    }

    List<Named> others() {
        return List.of(new Named("an image that ends with HANG", poison(Ending.HANG)));
    }

    /** Has the real engine paint each picture once, before anything goes wrong. */
    void paintSpecimens() throws Exception {
        for (int seed = 0; seed < SPECIMENS; seed++) {
            submit(Order.single(PAINTED_STEPS, 0, seed, Ending.PAINTED));
        }
        new Audit(fleet, journal).run(Duration.ofMinutes(1));
    }

    private static Order specimen(Random random) {
        return Order.single(PAINTED_STEPS, 0, random.nextInt(SPECIMENS), Ending.PAINTED);
    }

    static Order longImage(Random random) {
        return Order.single(LONG_STEPS, LONG_STEP_MILLIS, random.nextInt(1000), Ending.PICTURE);
    }

    private Fault poison(Ending ending) {
        return (fleet, random) -> submit(Order.single(2, 50, random.nextInt(1000), ending));
    }

    void submit(Order order) throws InterruptedException {
        customer(order).submit(order, () -> true);
    }

    /** Has an image begun, and does not want it any more. */
    void cancel(Order order) throws InterruptedException, Skipped {
        strike(order, worker -> {});
        customer(order).cancel(order);
    }

    private Customer customer(Order order) {
        return new Customer(fleet.gateways(), journal, order.seed());
    }

    /** Each blow befalls the worker that has begun the image then. */
    @SafeVarargs
    final void strike(Order order, Consumer<Member>... blows) throws InterruptedException, Skipped {
        try (var starts = new Starts(fleet.broker())) {
            submit(order);
            for (var blow : blows) {
                var worker = starts.await(order.job().get(), UNTIL_BEGUN);
                blow.accept(
                        worker.map(fleet::member)
                                .orElseThrow(() -> new Skipped("its image was not begun")));
            }
        }
    }
}
