package huafang.worker;

import huafang.contracts.broker.Lane;
import huafang.contracts.broker.Topic;
import huafang.contracts.job.Codec;
import huafang.contracts.job.GeneratedImage;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageTask;
import huafang.contracts.job.JobEvent;
import huafang.contracts.job.JobEvent.Cancelled;
import huafang.contracts.job.JobEvent.Failed;
import huafang.contracts.job.JobEvent.Finished;
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
    static final int MOST_DELIVERIES = 3;

    /** Of its time an image may lose this part by waiting, and be said to have taken too long. */
    private static final int SHORT_WAIT = 20;

    private static final Duration BETWEEN_PREVIEWS = Duration.ofSeconds(1);

    private final String worker;
    private final Painter painter;
    private final Outbox outbox;
    private final Control control;
    private final Residence residence;
    private final Closing closing;
    private final Duration longest;
    private final Duration longestStep;
    private final Deaths deaths;
    private final Company company = new Company();
    private final Progress progress;

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
            Deaths deaths,
            Residence residence,
            Closing closing,
            Duration longest,
            Duration longestStep) {
        this.worker = worker;
        this.painter = painter;
        this.outbox = outbox;
        this.control = control;
        this.deaths = deaths;
        this.residence = residence;
        this.closing = closing;
        this.longest = longest;
        this.longestStep = longestStep;
        this.progress = new Progress(outbox::mention);
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
        control.take(taken);
        try {
            return judge(taken);
        } catch (Error e) {
            closing.takeNoMore(); // before its client is closed, or another slot here may get it
            throw e;
        } finally {
            control.letGoOf(taken);
            residence.end(System.nanoTime());
        }
    }

    /** The broker does not know how it ended, and others shall not take that for a death. */
    void outlive(Taken taken) {
        outbox.mention(taken.alive());
    }

    private AcknowledgeType judge(Taken taken) {
        long since = System.nanoTime();
        switch (Verdict.of(
                taken.value(),
                task -> deaths.over(taken, task),
                Instant.now(),
                control::isCancelled)) {
            case Verdict.Drop(ImageTask task) -> drop(task.key());
            case Verdict.Expired(ImageTask task) ->
                    fail(task.key(), Failed.expired(task.deadline()));
            case Verdict.Paint(ImageTask task)
                    when taken.deliveries() > MOST_DELIVERIES && !closing.hasBegun() ->
                    publish(() -> outbox.publish(taken.topic(), task));
            case Verdict.Paint paint -> {
                return paintInCompany(taken, paint, since);
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
     * What may have killed its workers is painted alone: nothing else shall die with it. Nor shall
     * what waits be thought to have been begun: only then it is said.
     *
     * @param since when it was taken: the broker's lock lasts from then, also while it waits here
     */
    private AcknowledgeType paintInCompany(Taken taken, Verdict.Paint image, long since) {
        ImageTask task = image.task();
        boolean isSilent = taken.deliveries() == 1 && task.attempts() == 0;
        if (!isSilent && closing.hasBegun()) {
            return letGoOf(task);
        }
        if (!company.enterAtOnce(image.isSuspect())) {
            if (isSilent) {
                publish(() -> outbox.publish(taken.handedBack()));
                isSilent = false;
            }
            if (!company.enter(image.isSuspect(), () -> mayWait(task, since))) {
                return letGoOf(task);
            }
        }
        try {
            if (task.isExpired(Instant.now())) {
                fail(task.key(), Failed.expired(task.deadline()));
                return AcknowledgeType.ACCEPT;
            }
            tellOfBeginning(taken, task, isSilent);
            return paint(taken, task, isSilent, longest.minusNanos(System.nanoTime() - since));
        } finally {
            company.leave();
        }
    }

    private boolean mayWait(ImageTask task, long since) {
        return !closing.hasBegun()
                && !control.isCancelled(task.key().jobId())
                && !task.isExpired(Instant.now())
                && System.nanoTime() - since < longest.toNanos();
    }

    /** Of an image that waited for its turn in vain: nobody has begun it. */
    private AcknowledgeType letGoOf(ImageTask task) {
        if (control.isCancelled(task.key().jobId())) {
            drop(task.key());
            return AcknowledgeType.ACCEPT;
        }
        LOG.infof("image=%s: handed back before it was begun", task.key());
        return AcknowledgeType.RELEASE;
    }

    /** Nearly all images are begun once, and their first deliveries are not told of for certain. */
    private void tellOfBeginning(Taken taken, ImageTask task, boolean isSilent) {
        ImageKey key = task.key();
        var started =
                new Started(key.jobId(), key.index(), task.attempts() + 1, worker, Instant.now());
        if (isSilent) {
            outbox.mention(started);
        } else {
            publish(started); // first: whoever is blamed for a death is known to have been begun
            publish(() -> outbox.publish(taken.begun()));
        }
    }

    private AcknowledgeType paint(
            Taken taken, ImageTask task, boolean isSilent, Duration timeLeft) {
        ImageKey key = task.key();
        var image = new InWork(timeLeft, longestStep);
        var reports = new Reports(taken.lane(), task, image);
        image.start("paint " + key, () -> painter.paint(task.parameters(), reports));
        image.await(closing, () -> control.isCancelled(key.jobId()));
        if (control.isCancelled(key.jobId())) {
            drop(key);
        } else if (image.isPainted()) {
            deliver(task, image.painting());
        } else if (closing.isGraceOver() || image.isTooLate()) {
            LOG.infof("image=%s: handed back, the worker ends", key);
            return handBack(taken, isSilent);
        } else if (image.hangs()) {
            throw new HungError(
                    "image %s: no step for %d s".formatted(key, longestStep.toSeconds()));
        } else if (image.isTooLong() && hasWaited(timeLeft)) {
            LOG.infof("image=%s: queued again, it lost its time waiting", key);
            publishAgain(taken);
        } else if (image.isTooLong()) {
            fail(key, Reason.tooLong(longest));
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

    private boolean hasWaited(Duration timeLeft) {
        return longest.minus(timeLeft).compareTo(longest.dividedBy(SHORT_WAIT)) > 0;
    }

    /**
     * The broker hands it out again at once, before all that wait; but it counts every delivery and
     * forgets what it has handed out too often, and what was begun aloud counts as a death: that is
     * published again.
     */
    private AcknowledgeType handBack(Taken taken, boolean isSilent) {
        if (isSilent) {
            publish(() -> outbox.publish(taken.handedBack())); // others shall read that nobody died
            return AcknowledgeType.RELEASE;
        }
        publishAgain(taken);
        return AcknowledgeType.ACCEPT;
    }

    /** With the deaths that are known now: who lives may have said so since it was taken. */
    private void publishAgain(Taken taken) {
        ImageTask task = Codec.decode(taken.value(), ImageTask.class);
        ImageTask counted = task.after(deaths.among(taken, task));
        publish(() -> outbox.publish(taken.topic(), counted));
    }

    /** Tells its owner how an image comes along. */
    private final class Reports implements Painter.Listener {
        private final Lane lane;
        private final ImageTask task;
        private final InWork image;
        private final Pace paceOfPreviews = new Pace(BETWEEN_PREVIEWS);

        private Reports(Lane lane, ImageTask task, InWork image) {
            this.lane = lane;
            this.task = task;
            this.image = image;
        }

        @Override
        public boolean step(int done, int of, Supplier<byte[]> preview) {
            image.step(done, of);
            boolean isShown =
                    task.previews() && preview != null && paceOfPreviews.allows(System.nanoTime());
            String shown = isShown ? Base64.getEncoder().encodeToString(preview.get()) : null;
            progress.step(task.key(), done, of, shown);
            return isWanted();
        }

        /** Whoever asks lives: an image may wait for others for long. */
        @Override
        public boolean isWanted() {
            image.step();
            return !closing.isGraceOver()
                    && !image.isTooLate()
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
