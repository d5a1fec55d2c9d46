package huafang.engine.batch;

import huafang.engine.network.Device;
import huafang.engine.network.DeviceMemory;
import huafang.engine.network.Shortage;
import huafang.engine.sampling.NoisePredictor;
import huafang.engine.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Shares a device among the images in work, whatever their checkpoints. Each image asks and waits;
 * one thread runs what they ask, those that can share a call together, and never waits for a batch
 * to fill: who comes meanwhile has a place in the next call.
 */
public final class Batcher {
    private static final int MOST_ROWS = 64;
    private static final long LONGEST_LINGERING = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long IDLE_SECONDS = 1;
    private static final Map<Device, Batcher> BY_DEVICE = new EnumMap<>(Device.class);

    static {
        for (Device device : Device.values()) {
            BY_DEVICE.put(device, new Batcher(device.runsRowsTogether(), device::memory));
        }
    }

    private final boolean together;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrival = lock.newCondition();
    private final Turns turns = new Turns();
    private final Limits limits;
    private Thread runner; // while there is work, and a moment longer
    private Turn last;
    private long lingering;
    private int arrivedSince;

    /**
     * @param together whether the rows of a call are computed at once; else each image has a call
     *     of its own, so that its bits do not depend on its company
     * @param memory of the device, now; nothing where it does not tell
     */
    public Batcher(boolean together, Supplier<Optional<DeviceMemory>> memory) {
        this.together = together;
        this.limits = new Limits(together ? MOST_ROWS : 1, memory);
    }

    /** The one of a device. */
    public static Batcher of(Device device) {
        return BY_DEVICE.get(device);
    }

    /**
     * A network as one image sees it: asked, it waits for a turn.
     *
     * @param network images whose networks are equal may share its calls
     * @param wanted asked before each turn, on any thread, and answered at once: when it says no,
     *     the image's request ends with a {@link java.util.concurrent.CancellationException}
     */
    public NoisePredictor shared(
            NoisePredictor network, Priority priority, BooleanSupplier wanted) {
        long begun = System.nanoTime();
        return (x, timesteps, conditioning) -> {
            var rows = new Rows(x, timesteps, conditioning);
            var group = Group.of(network, rows);
            Priority now = priority.after(Duration.ofNanos(System.nanoTime() - begun));
            return ask(new Waiting(group, rows, now, wanted, new CompletableFuture<>()));
        };
    }

    private Tensor ask(Waiting request) {
        lock.lock();
        try {
            turns.add(request);
            arrivedSince++;
            arrival.signal();
            if (runner == null) {
                runner = Thread.ofPlatform().name("batcher").daemon().start(this::work);
            }
        } finally {
            lock.unlock();
        }
        try {
            return request.answer().join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException problem -> throw problem;
                case Error problem -> throw problem;
                default -> throw e;
            }
        }
    }

    private void work() {
        for (var turn = next(); turn.isPresent(); turn = next()) {
            serve(turn.get());
        }
    }

    /** Waits for the next turn; nothing if for long nobody asks. */
    private Optional<Turn> next() {
        lock.lock();
        try {
            long end = System.nanoTime() + lingering;
            while (true) {
                turns.dropUnwanted();
                Optional<Turn> next = turns.next(limits::rows);
                long left = end - System.nanoTime();
                if (next.isEmpty()) {
                    if (!arrival.await(IDLE_SECONDS, TimeUnit.SECONDS)) {
                        runner = null;
                        last = null; // and the checkpoint that it ran on
                        return next;
                    }
                } else if (left > 0 && isWorthLingering(next.get())) {
                    arrival.awaitNanos(left);
                } else {
                    turns.take(next.get());
                    return next;
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the batcher", e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Images that were just served come back as soon as their samplers have done their sums, within
     * microseconds to milliseconds. Were the first one to come back served at once, a batch would
     * fall apart into single images that take turns for ever; and were bulk served because the
     * interactive image before it is not back yet, these two would take turns, too. So both are
     * waited for, for a small part of what a call takes. An image that does not come back, being
     * done, costs that part once. Where rows are not computed together there is no batch to fall
     * apart.
     */
    private boolean isWorthLingering(Turn next) {
        if (last == null || arrivedSince >= last.requests().size()) {
            return false;
        }
        boolean isSameBatch = next.group().equals(last.group()) && !next.isFull();
        boolean isOvertaken =
                last.priority() == Priority.INTERACTIVE && next.priority() == Priority.BULK;
        return together && isSameBatch || isOvertaken;
    }

    /** Runs a turn, and wakes its images. */
    private void serve(Turn turn) {
        try {
            int most = limits.rows(turn.group());
            long start = System.nanoTime();
            Tensor answer = predicted(turn.group(), turn.rows());
            long nanos = System.nanoTime() - start;
            if (turn.isFull() && limits.rows(turn.group()) == most) {
                limits.measured(turn.group(), answer.size(0), nanos);
            }
            served(turn, Math.min(nanos / 20, LONGEST_LINGERING));
            turn.answer(answer);
        } catch (Throwable problem) {
            served(turn, 0);
            if (turn.requests().size() == 1) {
                turn.requests().getFirst().answer().completeExceptionally(problem);
            } else {
                // One of them may be to blame, and nobody else is to notice.
                turn.alone().forEach(this::serve);
            }
        }
    }

    private void served(Turn turn, long lingering) {
        lock.lock();
        try {
            last = turn;
            this.lingering = lingering;
            arrivedSince = 0;
        } finally {
            lock.unlock();
        }
    }

    /** In as many calls as the limit asks for, which is lower after one that did not fit. */
    private Tensor predicted(Group group, Rows rows) {
        int most = limits.rows(group);
        if (rows.count() > most) {
            List<Tensor> parts = new ArrayList<>();
            for (int row = 0; row < rows.count(); row += most) {
                parts.add(predicted(group, rows.part(row, Math.min(rows.count(), row + most))));
            }
            return Tensor.concatenate(parts.toArray(Tensor[]::new));
        }
        try {
            return group.network().predict(rows.x(), rows.timesteps(), rows.conditioning());
        } catch (RuntimeException | OutOfMemoryError problem) {
            if (!Shortage.isReasonOf(problem)) {
                throw problem;
            }
            limits.didNotFit(group, rows.count());
            if (rows.count() == 1) {
                throw new IllegalStateException(
                        "too little memory on the device for one step of a picture whose latents are "
                                + Arrays.toString(rows.x().shape()),
                        problem);
            }
            return predicted(group, rows);
        }
    }
}
