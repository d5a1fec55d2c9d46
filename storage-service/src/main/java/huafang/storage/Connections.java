package huafang.storage;

import io.quarkus.reactive.mysql.client.MySQLPoolCreator;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection on which nothing is heard for a while: a server that vanished says nothing,
 * and what waits for it would hold its place in the pool for ever.
 */
@Singleton
class Connections implements MySQLPoolCreator {
    private static final int LONGEST_SILENCE_SECONDS = 90;

    @Override
    public Pool create(Input input) {
        input.mySQLConnectOptionsList()
                .forEach(options ->
                        options.setIdleTimeout(LONGEST_SILENCE_SECONDS)
                                .setIdleTimeoutUnit(TimeUnit.SECONDS));
        return Pool.pool(
                input.vertx(), input.mySQLConnectOptionsList().getFirst(), input.poolOptions());
    }
}
