package huafang.engine.batch;

import huafang.engine.sampling.Conditioning;
import huafang.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What a network is asked, row by row: see {@link huafang.engine.sampling.NoisePredictor}.
 *
 * @param timesteps [b]; as many as the others have rows
 */
record Rows(Tensor x, float[] timesteps, Conditioning conditioning) {
    static Rows concatenate(List<Rows> parts) {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        float[] timesteps = new float[parts.stream().mapToInt(Rows::count).sum()];
        int at = 0;
        for (Rows part : parts) {
            System.arraycopy(part.timesteps, 0, timesteps, at, part.count());
            at += part.count();
        }
        return new Rows(
                Tensor.concatenate(parts.stream().map(Rows::x).toArray(Tensor[]::new)),
                timesteps,
                parts.stream()
                        .map(Rows::conditioning)
                        .reduce(Conditioning::concatenate)
                        .orElseThrow());
    }

    int count() {
        return timesteps.length;
    }

    /** Those from (inclusive) to (exclusive). */
    Rows part(int from, int to) {
        return new Rows(
                x.rows(from, to),
                Arrays.copyOfRange(timesteps, from, to),
                new Conditioning(
                        conditioning.context().rows(from, to),
                        conditioning.vector().rows(from, to),
                        conditioning.image().rows(from, to)));
    }
}
