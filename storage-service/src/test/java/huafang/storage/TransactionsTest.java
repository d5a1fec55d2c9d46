package huafang.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds up a partition for ever. */
@Timeout(30)
class TransactionsTest {
    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void aTransactionThatNeverEndsIsTriedAgain() {
        var transactions = new Transactions(new SilentAtFirst(), Duration.ofMillis(50));

        transactions
                .untilCommitted(client -> Uni.createFrom().voidItem())
                .await()
                .atMost(Duration.ofSeconds(10));

        assertThat(tries).hasValue(2);
    }

    /** As if the database had gone without a word, and come back. */
    private final class SilentAtFirst extends Pool {
        private SilentAtFirst() {
            super((io.vertx.sqlclient.Pool) null);
        }

        @Override
        public <T> Uni<T> withTransaction(Function<SqlConnection, Uni<T>> work) {
            return tries.incrementAndGet() == 1
                    ? Uni.createFrom().nothing()
                    : Uni.createFrom().nullItem();
        }
    }
}
