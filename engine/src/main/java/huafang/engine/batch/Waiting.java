package huafang.engine.batch;

import huafang.engine.tensor.Tensor;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * What an image asks and waits for.
 *
 * @param wanted whether the image is still to be painted
 * @param answer as many rows as are asked for
 */
record Waiting(
        Group group,
        Rows rows,
        Priority priority,
        BooleanSupplier wanted,
        CompletableFuture<Tensor> answer) {

    /** Answers it, without asking the network, if its image is not wanted any more. */
    boolean isSentAway() {
        try {
            if (wanted.getAsBoolean()) {
                return false;
            }
            answer.completeExceptionally(
                    new CancellationException("the picture is not wanted any more"));
        } catch (RuntimeException problem) {
            answer.completeExceptionally(problem);
        }
        return true;
    }
}
