package huafang.engine.sampling;

import huafang.engine.tensor.Tensor;

/**
 * All the noise of one image: what it starts from, and what is added on the way.
 *
 * @param rng whose random numbers
 * @param seed of the image
 * @param options what is made of them
 */
public record ImageNoise(Rng rng, long seed, NoiseOptions options) {
    private static final int PIXELS_PER_LATENT = 8;
    private static final double PARALLEL = 0.9995;

    /**
     * The noise of the start, and the stream that goes on from it.
     *
     * @param start of the shape that was asked for, [1, c, h, w]
     * @param rest what ancestral samplers draw from
     */
    public record Begun(ImageNoise noise, Tensor start, NoiseSource rest) {
        StepNoise onTheWay(boolean brownian, float[] sigmas) {
            if (!brownian) {
                return (from, to) -> rest.draw(start.shape());
            }
            float lowest = sigmas[sigmas.length - 1];
            if (lowest == 0) {
                lowest = sigmas[Math.max(sigmas.length - 2, 0)];
            }
            return new BrownianTree(noise.rng, noise.seed, start.shape(), lowest, sigmas[0]);
        }
    }

    /** Draws the start, as AUTOMATIC1111 does. */
    public Begun begin(int... shape) {
        NoiseSource stream = rng.seeded(seed);
        int[] drawn = shape.clone();
        boolean resized = options.resizeFromWidth() > 0 && options.resizeFromHeight() > 0;
        if (resized) {
            drawn[2] = options.resizeFromHeight() / PIXELS_PER_LATENT;
            drawn[3] = options.resizeFromWidth() / PIXELS_PER_LATENT;
            resized = drawn[2] != shape[2] || drawn[3] != shape[3];
        }
        Tensor start = resized ? rng.seeded(seed).draw(drawn) : stream.draw(shape);
        if (options.variationStrength() > 0) {
            Tensor other = rng.seeded(options.variationSeed()).draw(drawn);
            start = slerp(options.variationStrength(), start, other);
        }
        if (resized) {
            start = pasted(start, stream.draw(shape));
        }
        NoiseSource rest =
                options.seedDelta() == 0 ? stream : rng.seeded(seed + options.seedDelta());
        return new Begun(this, start, rest);
    }

    /**
     * Spherical interpolation, column by column: angles are those between columns, as there. Almost
     * parallel ones are mixed the other way round, also as there.
     */
    private static Tensor slerp(double part, Tensor from, Tensor to) {
        int height = from.size(2);
        int width = from.size(3);
        int columns = from.size(1) * width;
        double[] cosines = new double[columns];
        double mean = 0;
        for (int column = 0; column < columns; column++) {
            double dot = 0;
            double left = 0;
            double right = 0;
            for (int row = 0; row < height; row++) {
                int i = index(column, row, height, width);
                dot += (double) from.data()[i] * to.data()[i];
                left += (double) from.data()[i] * from.data()[i];
                right += (double) to.data()[i] * to.data()[i];
            }
            cosines[column] = dot / Math.sqrt(left * right);
            mean += cosines[column] / columns;
        }
        if (mean > PARALLEL) {
            return Latents.sum(part, from, 1 - part, to);
        }
        Tensor mixed = Tensor.zeros(from.shape());
        for (int column = 0; column < columns; column++) {
            double angle = Math.acos(cosines[column]);
            double a = Math.sin((1 - part) * angle) / Math.sin(angle);
            double b = Math.sin(part * angle) / Math.sin(angle);
            for (int row = 0; row < height; row++) {
                int i = index(column, row, height, width);
                mixed.data()[i] = (float) (a * from.data()[i] + b * to.data()[i]);
            }
        }
        return mixed;
    }

    /** Of a value in its data; the columns of all channels are counted through. */
    private static int index(int column, int row, int height, int width) {
        return (column / width * height + row) * width + column % width;
    }

    /** One picture's noise in the middle of another's, cut or framed by it. */
    private static Tensor pasted(Tensor small, Tensor frame) {
        int right = (frame.size(3) - small.size(3)) >> 1; // rounded down, also below 0
        int down = (frame.size(2) - small.size(2)) >> 1;
        int width = right >= 0 ? small.size(3) : small.size(3) + 2 * right;
        int height = down >= 0 ? small.size(2) : small.size(2) + 2 * down;
        for (int channel = 0; channel < frame.size(1); channel++) {
            for (int row = 0; row < height; row++) {
                System.arraycopy(
                        small.data(),
                        (channel * small.size(2) + row + Math.max(-down, 0)) * small.size(3)
                                + Math.max(-right, 0),
                        frame.data(),
                        (channel * frame.size(2) + row + Math.max(down, 0)) * frame.size(3)
                                + Math.max(right, 0),
                        width);
            }
        }
        return frame;
    }
}
