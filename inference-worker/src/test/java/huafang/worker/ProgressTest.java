package huafang.worker;

import static org.assertj.core.api.Assertions.assertThat;

import huafang.contracts.job.Codec;
import huafang.contracts.job.ImageKey;
import huafang.contracts.job.StepsDone;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final UUID JOB = UUID.randomUUID();

    private final List<StepsDone> told = new ArrayList<>();

    /** What waits for the next moment. */
    private final List<Runnable> waiting = new ArrayList<>();

    private CompletableFuture<?> acknowledged = CompletableFuture.completedFuture(null);
    private final Progress progress = new Progress(this::tell, waiting::add);

    private CompletableFuture<?> tell(StepsDone steps) {
        told.add(steps);
        return acknowledged;
    }

    @Test
    void allImagesAreToldOfTogetherWithTheirLastSteps() {
        for (int step = 1; step <= 5; step++) {
            step(0, step, null);
            step(1, 10 * step, null);
        }
        assertThat(told).isEmpty();

        passMoment();

        assertThat(told).containsExactly(new StepsDone(List.of(image(0, 5), image(1, 50))));
    }

    @Test
    void nobodyIsWokenWhereNothingIsPaintedAndNothingIsToldTwice() {
        step(0, 1, null);
        step(1, 1, null);
        passMoment();
        assertThat(waiting).isEmpty();

        step(1, 2, null);
        passMoment();

        assertThat(told.getLast()).isEqualTo(new StepsDone(List.of(image(1, 2))));
        assertThat(told).hasSize(2);
        assertThat(waiting).isEmpty();
    }

    @Test
    void whileTheBrokerIsSilentOnlyTheLastStepIsKept() {
        acknowledged = new CompletableFuture<>();
        step(0, 1, null);
        passMoment();
        for (int step = 2; step < 9; step++) {
            step(0, step, null);
            passMoment();
        }
        assertThat(told).hasSize(1);

        acknowledged.complete(null);
        passMoment();

        assertThat(told.getLast().images()).containsExactly(image(0, 8));
        assertThat(told).hasSize(2);
        assertThat(waiting).isEmpty();
    }

    @Test
    void aPreviewOutlivesTheStepsAfterIt() {
        step(0, 1, "first");
        step(0, 2, "second");
        step(0, 3, null);

        passMoment();

        assertThat(told.getLast().images())
                .containsExactly(new StepsDone.Image(JOB, 0, 3, 20, "second"));

        step(0, 4, null);
        passMoment();
        assertThat(told.getLast().images()).containsExactly(image(0, 4));
    }

    @Test
    void recordsStayFarBelowWhatTheBrokerTakes() {
        String preview = "A".repeat(90_000);
        for (int index = 0; index < 100; index++) {
            step(index, 1, index % 2 == 0 ? preview : null);
        }

        passMoment();

        assertThat(told).allMatch(record -> Codec.encode(record).length < 300_000);
        assertThat(told.stream().flatMap(record -> record.images().stream()))
                .extracting(StepsDone.Image::index)
                .doesNotHaveDuplicates()
                .hasSize(100);
        assertThat(told).hasSizeLessThan(30);
    }

    private void step(int index, int done, String preview) {
        progress.step(new ImageKey(JOB, index), done, 20, preview);
    }

    private static StepsDone.Image image(int index, int step) {
        return new StepsDone.Image(JOB, index, step, 20, null);
    }

    private void passMoment() {
        var due = List.copyOf(waiting);
        waiting.clear();
        due.forEach(Runnable::run);
    }
}
