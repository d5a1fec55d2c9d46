package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class CompanyTest {
    private final Company company = new Company();

    @Test
    void manyEnterTogetherAndOneAlone() {
        assertThat(company.enterAtOnce(false)).isTrue();
        assertThat(company.enterAtOnce(false)).isTrue();
        assertThat(company.enterAtOnce(true)).isFalse();
        company.leave();
        company.leave();
        assertThat(company.enterAtOnce(true)).isTrue();
        assertThat(company.enterAtOnce(false)).isFalse();
        assertThat(company.enterAtOnce(true)).isFalse();
        company.leave();
        assertThat(company.enterAtOnce(false)).isTrue();
    }

    @Test
    void whoCameLaterDoesNotOvertake() throws Exception {
        company.enterAtOnce(false);
        var alone = enter(true, new AtomicBoolean(true));
        assertThat(company.enterAtOnce(false)).as("somebody waits").isFalse();
        var later = enter(false, new AtomicBoolean(true));
        Thread.sleep(300);
        assertThat(alone).isNotDone();
        assertThat(later).isNotDone();

        company.leave();
        assertThat(alone.join()).isTrue();
        Thread.sleep(300);
        assertThat(later).isNotDone();
        company.leave();
        assertThat(later.join()).isTrue();
    }

    @Test
    void whoIsNotWantedAnyMoreStandsInNobodysWay() throws Exception {
        company.enterAtOnce(false);
        var isWanted = new AtomicBoolean(true);
        var alone = enter(true, isWanted);
        var later = enter(false, new AtomicBoolean(true));
        assertThat(later).isNotDone();

        isWanted.set(false);

        assertThat(alone.get(5, TimeUnit.SECONDS)).isFalse();
        assertThat(later.get(5, TimeUnit.SECONDS)).isTrue();
    }

    /** Returns when it stands in the queue. */
    private CompletableFuture<Boolean> enter(boolean alone, AtomicBoolean wanted) {
        var asked = new CompletableFuture<Void>();
        var entered =
                CompletableFuture.supplyAsync(
                        () ->
                                company.enter(
                                        alone,
                                        () -> {
                                            asked.complete(null);
                                            return wanted.get();
                                        }),
                        Thread::startVirtualThread);
        asked.join();
        return entered;
    }
}
