package huafang.storage;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.sqlclient.DatabaseException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.Function;
import org.jboss.logging.Logger;

/** Transactions that outlast a database that is away. */
@ApplicationScoped
class Transactions {
    private static final Logger LOG = Logger.getLogger(Transactions.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int INCORRECT_VALUE = 1366;

    /** Longer than the database waits for a lock, or needs for a picture of 32 MiB. */
    private static final Duration LONGEST_TRY = Duration.ofMinutes(1);

    private final Pool pool;
    private final Duration longestTry;

    @Inject
    Transactions(Pool pool) {
        this(pool, LONGEST_TRY);
    }

    Transactions(Pool pool, Duration longestTry) {
        this.pool = pool;
        this.longestTry = longestTry;
    }

    /**
     * Repeats the work until it is committed, for as long as that takes: it must bear being done
     * twice, since a commit whose answer got lost is done again. A try that hears nothing any more,
     * as may happen when the database dies, is given up: else its partition would wait with it
     * until the service is started again. Fails only where the values are {@link #refused}, which
     * no repetition would change.
     */
    Uni<Void> untilCommitted(Function<SqlClient, Uni<Void>> work) {
        return Uni.createFrom()
                .deferred(() -> pool.withTransaction(work::apply))
                .ifNoItem()
                .after(longestTry)
                .fail()
                .onFailure(failure -> !refused(failure))
                .invoke(failure -> LOG.warnf("database transaction is repeated: %s", failure))
                .onFailure(failure -> !refused(failure))
                .retry()
                .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                .indefinitely();
    }

    /** Whether these values will never be taken: by us, or by the database (SQLSTATE 22). */
    static boolean refused(Throwable failure) {
        return failure instanceof IllegalArgumentException
                || failure instanceof DatabaseException database
                        && (database.getErrorCode() == INCORRECT_VALUE
                                || String.valueOf(database.getSqlState()).startsWith("22"));
    }
}
