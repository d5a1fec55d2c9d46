package huafang.engine.batch;

import static huafang.engine.batch.Priority.BULK;
import static huafang.engine.batch.Priority.INTERACTIVE;
import static org.assertj.core.api.Assertions.assertThat;

import huafang.engine.sampling.Conditioning;
import huafang.engine.sampling.NoisePredictor;
import huafang.engine.tensor.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final int LATENTS = 8;

    private final Turns turns = new Turns();
    private final Map<Waiting, String> names = new HashMap<>();
    private final NoisePredictor network = (x, timesteps, told) -> x;
    private final NoisePredictor other = (x, timesteps, told) -> x;

    @Test
    void bulkIsPutOffForFiveMinutesAtMost() {
        assertThat(BULK.after(Duration.ofSeconds(299))).isEqualTo(BULK);
        assertThat(BULK.after(Duration.ofMinutes(5))).isEqualTo(INTERACTIVE);
        assertThat(INTERACTIVE.after(Duration.ZERO)).isEqualTo(INTERACTIVE);
    }

    @Test
    void whatCanShareACallDoes() {
        ask("a", network, 2, LATENTS, 77, INTERACTIVE);
        ask("b", network, 2, LATENTS, 77, INTERACTIVE);
        ask("anotherNetwork", other, 2, LATENTS, 77, INTERACTIVE);
        ask("anotherSize", network, 2, 16, 77, INTERACTIVE);
        ask("aLongerPrompt", network, 2, LATENTS, 154, INTERACTIVE);
        ask("c", network, 1, LATENTS, 77, INTERACTIVE);

        assertThat(turn(64)).containsExactly("a", "b", "c");
        assertThat(turn(64)).containsExactly("anotherNetwork");
        assertThat(turn(64)).containsExactly("anotherSize");
        assertThat(turn(64)).containsExactly("aLongerPrompt");
        assertThat(turns.next(group -> 64)).isEmpty();
    }

    /** XL's sizes and pooled prompts, and what an inpainting network sees. */
    @Test
    void whatIsToldBesideThePromptMustBeAlikeToo() {
        Tensor x = Tensor.zeros(1, 4, 8, 8);
        Tensor context = Tensor.zeros(1, 77, 8);
        var told = new Conditioning(context, Tensor.zeros(1, 96), Tensor.zeros(1, 5, 8, 8));
        var longerVector = new Conditioning(context, Tensor.zeros(1, 128), told.image());
        var noImage = new Conditioning(context, told.vector(), Tensor.zeros(1, 0, 0, 0));

        Group group = Group.of(network, new Rows(x, new float[1], told));

        assertThat(Group.of(network, new Rows(x, new float[] {5}, told))).isEqualTo(group);
        assertThat(Group.of(network, new Rows(x, new float[1], longerVector))).isNotEqualTo(group);
        assertThat(Group.of(network, new Rows(x, new float[1], noImage))).isNotEqualTo(group);
        assertThat(Group.of(other, new Rows(x, new float[1], told))).isNotEqualTo(group);
    }

    @Test
    void theOldestHaveTheRoomAndASmallerOneWhatIsLeft() {
        ask("a", network, 2, LATENTS, 77, INTERACTIVE);
        ask("large", network, 3, LATENTS, 77, INTERACTIVE);
        ask("small", network, 1, LATENTS, 77, INTERACTIVE);

        assertThat(turn(4)).containsExactly("a", "small");
        assertThat(turn(4)).containsExactly("large");
    }

    @Test
    void oneThatIsLargerThanTheLimitIsServedAlone() {
        ask("large", network, 9, LATENTS, 77, INTERACTIVE);
        ask("small", network, 1, LATENTS, 77, INTERACTIVE);

        assertThat(turn(4)).containsExactly("large");
        assertThat(turn(4)).containsExactly("small");
    }

    @Test
    void whereRowsDoNotRunTogetherEachIsServedAlone() {
        ask("a", network, 2, LATENTS, 77, INTERACTIVE);
        ask("b", network, 2, LATENTS, 77, INTERACTIVE);

        assertThat(turn(1)).containsExactly("a");
        assertThat(turn(1)).containsExactly("b");
    }

    @Test
    void groupsThatCannotShareTakeTurns() {
        ask("a", network, 1, LATENTS, 77, INTERACTIVE);
        ask("b", other, 1, LATENTS, 77, INTERACTIVE);
        List<String> served = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String name = turn(64).getFirst();
            served.add(name);
            ask(name, name.equals("a") ? network : other, 1, LATENTS, 77, INTERACTIVE);
        }

        assertThat(served).containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void bulkHasOneTurnInEight() {
        ask("bulk", network, 1, LATENTS, 77, BULK);
        ask("user", other, 1, LATENTS, 77, INTERACTIVE);
        List<String> served = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            String name = turn(64).getFirst();
            served.add(name);
            boolean isBulk = name.equals("bulk");
            ask(name, isBulk ? network : other, 1, LATENTS, 77, isBulk ? BULK : INTERACTIVE);
        }

        assertThat(served.subList(0, 7)).containsOnly("user");
        assertThat(served.get(7)).isEqualTo("bulk");
        assertThat(served.subList(8, 15)).containsOnly("user");
        assertThat(served.get(15)).isEqualTo("bulk");
    }

    @Test
    void bulkFillsTheRoomThatInteractiveImagesLeave() {
        ask("bulk", network, 1, LATENTS, 77, BULK);
        ask("more", network, 1, LATENTS, 77, BULK);
        ask("user", network, 1, LATENTS, 77, INTERACTIVE);

        assertThat(turn(2)).containsExactly("user", "bulk");
        assertThat(turn(2)).containsExactly("more");
    }

    /** What fills others' turns does not use up the turn of who cannot. */
    @Test
    void bulkThatCannotShareIsNotStarvedByBulkThatCan() {
        ask("stuck", other, 1, LATENTS, 77, BULK);
        int turnsUntilServed = 0;
        List<String> served;
        do {
            ask("user", network, 1, LATENTS, 77, INTERACTIVE);
            ask("sharing", network, 1, LATENTS, 77, BULK);
            served = turn(2);
            turnsUntilServed++;
        } while (!served.contains("stuck"));

        assertThat(turnsUntilServed).isEqualTo(8);
    }

    private void ask(
            String name, NoisePredictor of, int rows, int side, int tokens, Priority priority) {
        var asked =
                new Rows(
                        Tensor.zeros(rows, 4, side, side),
                        new float[rows],
                        Conditioning.of(Tensor.zeros(rows, tokens, 8)));
        var request =
                new Waiting(
                        Group.of(of, asked),
                        asked,
                        priority,
                        () -> true,
                        new CompletableFuture<>());
        names.put(request, name);
        turns.add(request);
    }

    private List<String> turn(int mostRows) {
        Turn turn = turns.next(group -> mostRows).orElseThrow();
        turns.take(turn);
        return turn.requests().stream().map(names::get).toList();
    }
}
