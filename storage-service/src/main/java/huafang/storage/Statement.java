package huafang.storage;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Arrays;

/** One statement with its values, in the order of its question marks. */
final class Statement {
    private Statement() {}

    static Uni<RowSet<Row>> run(SqlClient client, String sql, Object... values) {
        return client.preparedQuery(sql).execute(Tuple.tuple(Arrays.asList(values)));
    }
}
