package huafang.worker;

import huafang.contracts.broker.Lane;
import huafang.contracts.broker.Topic;
import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Cancelled;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Finished;
import huafang.contracts.job.JobEvent.Progressed;
import huafang.contracts.job.JobEvent.Started;
import huafang.engine.checkpoint.CheckpointException;
import huafang.worker.Painter.Painting;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future.State;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jboss.logging.Logger;

/** Does what a record of the queue asks for. When it returns, the record may be acknowledged. */
final class TaskHandler {
    private static final Logger LOG = Logger.getLogger(TaskHandler.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    /** Of one record: by default the broker forgets what it has handed out five times. */
    private static final int MOST_DELIVERIES = 3;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    /** Then the broker is in trouble, and what is known by then must do. */
    private static final Duration LONGEST_TO_HEAR = Duration.ofSeconds(5);

    private static final Duration BETWEEN_PREVIEWS = Duration.ofSeconds(1);

    private final String worker;
    private final Painter painter;
    private final Outbox outbox;
    private final Control control;
    private final Residence residence;
    private final Closing closing;
    private final Duration longest;
    private final Duration longestStep;
    private final ReadWriteLock company = new ReentrantReadWriteLock(true);

    /**
     * @param worker what events call it
     * @param longest an image may take: less than the broker's lock lasts
     * @param longestStep a step may take: what takes longer hangs
     */
    TaskHandler(
            String worker,
            Painter painter,
            Outbox outbox,
            Control control,
            Residence residence,
            Closing closing,
            Duration longest,
            Duration longestStep) {
        this.worker = worker;
        this.painter = painter;
        this.outbox = outbox;
        this.control = control;
        this.residence = residence;
        this.closing = closing;
        this.longest = longest;
        this.longestStep = longestStep;
    }

    /**
     * Handles one record.
     *
     * @return what the broker is to do with it: forget it, or hand it out again
     * @throws CancellationException if the worker ended before the broker had what came of it
     * @throws Error if the worker must end at once
     */
    AcknowledgeType handle(Taken taken) {
        residence.begin();
        try {
            return judge(taken);
        } finally {
            residence.end(System.nanoTime());
        }
    }

    private AcknowledgeType judge(Taken taken) {
        long begun = System.nanoTime();
        switch (Verdict.of(taken.value(), deaths(taken), Instant.now(), control::isCancelled)) {
            case Verdict.Drop(ImageTask task) -> drop(task.key());
            case Verdict.Expired(ImageTask task) ->
                    fail(task.key(), Reason.expired(task.deadline()));
            case Verdict.Paint(ImageTask task) when taken.deliveries() > MOST_DELIVERIES ->
                    publish(() -> outbox.publish(taken.topic(), task));
            case Verdict.Paint paint -> {
                return paintInCompany(taken, paint, begun);
            }
            case Verdict.GiveUp(ImageTask task) -> {
                String reason = Reason.diedOver(task.attempts());
                publish(() -> outbox.setAside(taken.key(), taken.value(), reason));
                fail(task.key(), reason);
            }
            case Verdict.Unreadable(String problem) -> {
                LOG.errorf(
                        "image=%s: kept aside, no task that can be read: %s", taken.key(), problem);
                publish(() -> outbox.setAside(taken.key(), taken.value(), problem));
                imageKey(taken.key()).ifPresent(image -> fail(image, Reason.UNREADABLE));
            }
        }
        return AcknowledgeType.ACCEPT;
    }

    /**
     * How many workers have died over it. It says first that it begins, and waits until it hears
     * itself: then it has heard all that others said before.
     */
    private int deaths(Taken taken) {
        if (taken.deliveries() > 1) {
            publish(() -> outbox.publish(taken.begun()));
            long end = System.nanoTime() + LONGEST_TO_HEAR.toNanos();
            while (!control.isBegun(taken.place(), taken.deliveries())
                    && !closing.isOver()
                    && System.nanoTime() < end) {
                closing.pauseThroughout(BETWEEN_LOOKS);
            }
        }
        return control.deaths(taken.place(), taken.deliveries());
    }

    /**
     * What may have killed its workers is painted alone: nothing else shall die with it.
     *
     * @param begun when it was taken: the broker's lock lasts from then, also while it waits here
     */
    private AcknowledgeType paintInCompany(Taken taken, Verdict.Paint image, long begun) {
        Lock share = image.isSuspect() ? company.writeLock() : company.readLock();
        share.lock();
        try {
            ImageTask task = image.task();
            if (task.isExpired(Instant.now())) {
                fail(task.key(), Reason.expired(task.deadline()));
                return AcknowledgeType.ACCEPT;
            }
            return paint(taken, task, longest.minusNanos(System.nanoTime() - begun));
        } finally {
            share.unlock();
        }
    }

    private AcknowledgeType paint(Taken taken, ImageTask task, Duration longest) {
        ImageKey key = task.key();
        outbox.mention(
                new Started(key.jobId(), key.index(), task.attempts() + 1, worker, Instant.now()));
        var image = new InWork(longest, longestStep);
        var reports = new Reports(taken.lane(), task, image);
        image.start("paint " + key, () -> painter.paint(task.parameters(), reports));
        image.await(closing, () -> control.isCancelled(key.jobId()));
        if (control.isCancelled(key.jobId())) {
            drop(key);
        } else if (image.isPainted()) {
            deliver(task, image.painting());
        } else if (closing.isGraceOver()) {
            LOG.infof("image=%s: handed back, the worker ends", key);
            return handBack(taken, task);
        } else if (image.hangs()) {
            throw new HungError(
                    "image %s: no step for %d s".formatted(key, longestStep.toSeconds()));
        } else if (image.isTooLong()) {
            fail(key, Reason.tooLong(this.longest));
        } else {
            Throwable problem = image.problem();
            if (problem instanceof Error error && !(error instanceof OutOfMemoryError)) {
                throw error;
            }
            boolean isExplained =
                    problem instanceof CheckpointException || problem instanceof InputGoneException;
            if (!isExplained) {
                LOG.errorf(problem, "image=%s: the engine failed", key);
            }
            fail(key, Reason.of(problem, task.parameters()));
        }
        return AcknowledgeType.ACCEPT;
    }

    /**
     * The broker hands it out again at once, before all that wait; but it counts every delivery and
     * forgets what it has handed out too often, so it is asked only once for each record.
     */
    private AcknowledgeType handBack(Taken taken, ImageTask task) {
        if (taken.deliveries() > 1) {
            publish(() -> outbox.publish(taken.topic(), task));
            return AcknowledgeType.ACCEPT;
        }
        publish(() -> outbox.publish(taken.handedBack()));
        while (!control.isHandedBack(taken.place()) && !closing.isOver()) {
            closing.pauseThroughout(BETWEEN_LOOKS); // others shall hear that nobody died
        }
        return AcknowledgeType.RELEASE;
    }

    /** Tells its owner how an image comes along. */
    private final class Reports implements Painter.Listener {
        private final Lane lane;
        private final ImageTask task;
        private final InWork image;
        private final Pace pace = Pace.ofSteps(residence::inWork);
        private final Pace paceOfPreviews = new Pace(BETWEEN_PREVIEWS);

        private Reports(Lane lane, ImageTask task, InWork image) {
            this.lane = lane;
            this.task = task;
            this.image = image;
        }

        @Override
        public boolean step(int done, int of, Supplier<byte[]> preview) {
            if (pace.allows(System.nanoTime())) {
                boolean isShown =
                        task.previews()
                                && preview != null
                                && paceOfPreviews.allows(System.nanoTime());
                String shown = isShown ? Base64.getEncoder().encodeToString(preview.get()) : null;
                ImageKey key = task.key();
                outbox.mention(
                        new Progressed(key.jobId(), key.index(), done, of, Instant.now(), shown));
            }
            return isWanted();
        }

        /** Whoever asks lives: an image may wait for others for long. */
        @Override
        public boolean isWanted() {
            image.step();
            return !closing.isGraceOver()
                    && !image.isTooLong()
                    && !control.isCancelled(task.key().jobId());
        }

        @Override
        public Lane lane() {
            return lane;
        }
    }

    private void deliver(ImageTask task, Painting painting) {
        ImageKey key = task.key();
        var image =
                new GeneratedImage(
                        key,
                        task.owner(),
                        task.parameters(),
                        task.save(),
                        painting.engineMillis(),
                        Instant.now());
        RecordMetadata place;
        try {
            place = publish(() -> outbox.publish(image, painting.png()));
        } catch (RecordTooLargeException e) {
            fail(key, Reason.tooLarge(painting.png().length, Topic.LARGEST_MESSAGE));
            return;
        }
        publish(
                new Finished(
                        key.jobId(),
                        key.index(),
                        place.partition(),
                        place.offset(),
                        painting.engineMillis(),
                        Instant.now()));
        LOG.infof("image=%s engineMillis=%d: finished", key, painting.engineMillis());
    }

    private void drop(ImageKey key) {
        LOG.infof("image=%s: cancelled", key);
        publish(new Cancelled(key.jobId(), key.index(), Instant.now()));
    }

    private void fail(ImageKey key, String reason) {
        LOG.warnf("image=%s: failed: %s", key, reason);
        publish(new Failed(key.jobId(), key.index(), reason, Instant.now()));
    }

    private void publish(JobEvent event) {
        publish(() -> outbox.publish(event));
    }

    /** Publishes until the broker has it, however long that takes. */
    private RecordMetadata publish(Supplier<CompletableFuture<RecordMetadata>> record) {
        while (true) {
            var sent = record.get();
            closing.await(sent);
            if (sent.state() == State.SUCCESS) {
                return sent.resultNow();
            }
            if (sent.isDone()) {
                Throwable problem = sent.exceptionNow();
                if (problem instanceof RecordTooLargeException tooLarge) {
                    throw tooLarge;
                }
                LOG.warnf("the broker does not take what is published, trying again: %s", problem);
                closing.pauseThroughout(BETWEEN_TRIES);
            }
            if (closing.isOver()) {
                throw new CancellationException(
                        "the worker ended before the broker had what it published");
            }
        }
    }

    private static Optional<ImageKey> imageKey(String key) {
        try {
            return key == null ? Optional.empty() : Optional.of(ImageKey.parse(key));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
