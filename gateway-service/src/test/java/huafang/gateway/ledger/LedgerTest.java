package huafang.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import huafang.gateway.problem.ProblemException;
import io.vertx.core.http.HttpClosedException;
import java.lang.reflect.Proxy;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Storage that does not answer as it should. */
class LedgerTest {
    @Test
    void anAnswerThatEndsInItsMiddleIsNoFaultOfTheGateway() {
        var closing =
                (StorageClient)
                        Proxy.newProxyInstance(
                                StorageClient.class.getClassLoader(),
                                new Class<?>[] {StorageClient.class},
                                (proxy, method, arguments) -> {
                                    throw new HttpClosedException("Connection was closed");
                                });

        assertThatThrownBy(() -> new Ledger(closing).job(UUID.randomUUID()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("does not answer");
    }
}
