package huafang.engine.batch;

import huafang.engine.sampling.NoisePredictor;
import huafang.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What requests that share a call have in common.
 *
 * @param network equal ones are the same network with the same changes
 * @param shape all lengths of a row: latents, prompt, vector, what stands beside the latents
 */
record Group(NoisePredictor network, List<Integer> shape) {
    static Group of(NoisePredictor network, Rows rows) {
        List<Integer> lengths = new ArrayList<>();
        var told = rows.conditioning();
        for (Tensor tensor : List.of(rows.x(), told.context(), told.vector(), told.image())) {
            Arrays.stream(tensor.shape()).skip(1).forEach(lengths::add);
        }
        return new Group(network, List.copyOf(lengths));
    }
}
