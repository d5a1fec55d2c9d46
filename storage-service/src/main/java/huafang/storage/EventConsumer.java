package huafang.storage;

import huafang.contracts.broker.Topic;
import huafang.contracts.job.Codec;
import huafang.contracts.job.JobEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlClient;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Events of jobs: the ledger. What one poll brings is one transaction. */
@ApplicationScoped
class EventConsumer {
    private final Transactions transactions;
    private final Ledger ledger;

    EventConsumer(Transactions transactions, Ledger ledger) {
        this.transactions = transactions;
        this.ledger = ledger;
    }

    private record Received(ConsumerRecord<String, byte[]> record, JobEvent event) {}

    @Incoming(Topic.GENERATION_EVENTS)
    Uni<Void> take(ConsumerRecords<String, byte[]> records) {
        var received = read(records);
        return received.isEmpty()
                ? Uni.createFrom().voidItem()
                : transactions
                        .untilCommitted(client -> apply(client, received))
                        .onFailure()
                        .recoverWithUni(() -> oneByOne(received));
    }

    private static List<Received> read(ConsumerRecords<String, byte[]> records) {
        var received = new ArrayList<Received>();
        for (var record : records) {
            try {
                var event = read(record);
                if (Ledger.keeps(event)) {
                    received.add(new Received(record, event));
                }
            } catch (IllegalArgumentException undecodable) {
                Skipped.record(record, undecodable);
            }
        }
        return received;
    }

    private static JobEvent read(ConsumerRecord<String, byte[]> record) {
        JobEvent event =
                record.value() == null ? null : Codec.decode(record.value(), JobEvent.class);
        if (event == null) {
            throw new IllegalArgumentException("event: expected a value, found none");
        }
        return event;
    }

    private Uni<Void> apply(SqlClient client, List<Received> received) {
        return inOrder(received, one -> ledger.apply(client, one.event()));
    }

    /** The database refuses a value in one of these: the others must not suffer for it. */
    private Uni<Void> oneByOne(List<Received> received) {
        return inOrder(
                received,
                one ->
                        transactions
                                .untilCommitted(client -> ledger.apply(client, one.event()))
                                .onFailure()
                                .invoke(refused -> Skipped.record(one.record(), refused))
                                .onFailure()
                                .recoverWithNull());
    }

    private static Uni<Void> inOrder(List<Received> received, Function<Received, Uni<Void>> step) {
        return Multi.createFrom()
                .iterable(received)
                .onItem()
                .transformToUniAndConcatenate(step::apply)
                .onItem()
                .ignoreAsUni();
    }
}
