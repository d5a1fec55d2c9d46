package huafang.storage;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.ImageState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlClient;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.jboss.logging.Logger;

/** Finished pictures: the ledger's state and, if saving was asked, the row, in one transaction. */
@ApplicationScoped
class PictureConsumer {
    private static final Logger LOG = Logger.getLogger(PictureConsumer.class);

    private final Transactions transactions;
    private final Ledger ledger;
    private final Pictures pictures;

    PictureConsumer(Transactions transactions, Ledger ledger, Pictures pictures) {
        this.transactions = transactions;
        this.ledger = ledger;
        this.pictures = pictures;
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
                .recoverWithNull();
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
