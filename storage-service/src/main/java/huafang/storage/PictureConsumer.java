package huafang.storage;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.ImageState;
import huafang.contracts.job.JobEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Finished pictures: the ledger's state and, if saving was asked, the row, in one transaction. */
@ApplicationScoped
class PictureConsumer {
    private static final Logger LOG = Logger.getLogger(PictureConsumer.class);
    private static final Pattern DATABASE_SAID =
            Pattern.compile("\\{errorMessage=(.*), errorCode=.*}", Pattern.DOTALL);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final Transactions transactions;
    private final Ledger ledger;
    private final Pictures pictures;
    private final Decisions decisions;

    PictureConsumer(
            Transactions transactions, Ledger ledger, Pictures pictures, Decisions decisions) {
        this.transactions = transactions;
        this.ledger = ledger;
        this.pictures = pictures;
        this.decisions = decisions;
    }

    @Incoming(Topic.GENERATED_IMAGES)
    Uni<Void> take(ConsumerRecord<String, byte[]> record) {
        Picture picture;
        try {
            picture = Picture.of(record);
        } catch (IllegalArgumentException undecodable) {
            Skipped.record(record, undecodable);
            return Uni.createFrom().voidItem();
        }
        return transactions
                .untilCommitted(client -> keep(client, picture))
                .onFailure()
                .invoke(refused -> Skipped.record(record, refused))
                .onFailure()
                .recoverWithUni(refused -> fail(picture.about().key(), refused));
    }

    /** Its worker may have told already that it is finished: its owner must hear otherwise. */
    private Uni<Void> fail(ImageKey key, Throwable refused) {
        var failed =
                new JobEvent.Failed(
                        key.jobId(),
                        key.index(),
                        "The picture was painted, but cannot be stored: " + said(refused),
                        Instant.now(),
                        true);
        var isFailed = new AtomicBoolean();
        return transactions
                .untilCommitted(client ->
                        ledger.refuse(client, key, failed.reason(), failed.at())
                                .invoke(isFailed::set)
                                .replaceWithVoid())
                .flatMap(_ ->
                        isFailed.get()
                                ? Uni.createFrom().deferred(() -> decisions.tell(failed))
                                : Uni.createFrom().voidItem())
                .onFailure()
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .indefinitely();
    }

    /** What the database says, without the braces and codes that its client puts around it. */
    private static String said(Throwable refused) {
        var inBraces = DATABASE_SAID.matcher(String.valueOf(refused.getMessage()));
        return inBraces.matches() ? inBraces.group(1) : refused.getMessage();
    }

    private Uni<Void> keep(SqlClient client, Picture picture) {
        var about = picture.about();
        return ledger.finish(
                        client,
                        about.key(),
                        picture.partition(),
                        picture.offset(),
                        about.finishedAt())
                .flatMap(state -> {
                    if (state != ImageState.FINISHED) {
                        LOG.warnf("picture comes too late: image %s is %s", about.key(), state);
                        return Uni.createFrom().voidItem();
                    }
                    return about.save()
                            ? pictures.insert(client, about, picture.png())
                            : Uni.createFrom().voidItem();
                });
    }
}
