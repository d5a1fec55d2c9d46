package huafang.engine;

import huafang.engine.checkpoint.CheckpointException;
import huafang.engine.checkpoint.Family;
import huafang.engine.checkpoint.ModelConfig;
import huafang.engine.network.Networks;
import huafang.engine.sampling.Rng;
import huafang.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * What colour latents are, about: a latent's numbers weighed and added up. Good enough to look at
 * while a picture is painted, in a thousandth of a decoder's time.
 *
 * @param weights a number for each latent channel and for 1, of red, then of green, then of blue;
 *     of colours from −1 to 1
 */
record LatentColours(double[][] weights) {
    /**
     * Of the autoencoder of Stable Diffusion 1.x and 2.x: published by Kevin Turner at
     * discuss.huggingface.co/t/decoding-latents-to-rgb-without-upscaling/23204.
     */
    private static final LatentColours FIRST =
            new LatentColours(
                    new double[][] {
                        {0.298, 0.187, -0.158, -0.184, 0},
                        {0.207, 0.286, 0.189, -0.271, 0},
                        {0.208, 0.173, 0.264, -0.473, 0}
                    });

    /** Of Stable Diffusion XL's: the numbers that AUTOMATIC1111 shows previews with. */
    static final LatentColours XL =
            new LatentColours(
                    new double[][] {
                        {0.3448, -0.1953, 0.1074, -0.3730, 0},
                        {0.4168, -0.0290, 0.0886, -0.2499, 0},
                        {0.4395, 0.0250, -0.0163, -0.2088, 0}
                    });

    /** The width of the published autoencoders before their levels. */
    private static final int PUBLISHED = 512;

    private static final int PIXELS_PER_LATENT = 8;
    private static final int PATCH = 6; // latents of one colour on each side
    private static final int PATCHES = 4; // on each side of a picture
    private static final int SIDE = PATCHES * PATCH;

    /**
     * Published ones for an autoencoder of the published width, else what its encoder makes of
     * colours; a file without an encoder gets the published ones.
     */
    static LatentColours of(Networks networks) {
        ModelConfig config = networks.config();
        if (config.vae().middleChannels() != PUBLISHED) {
            try {
                return fitted(networks);
            } catch (CheckpointException withoutEncoder) {
                return FIRST;
            }
        }
        return config.family() == Family.XL || config.family() == Family.XL_REFINER ? XL : FIRST;
    }

    /**
     * Those that come nearest, in the mean of the squares, to random colours from their latents.
     */
    private static LatentColours fitted(Networks networks) {
        float[] colours = Rng.CPU.seeded(0).draw(3, PATCHES * PATCHES).data();
        int width = SIDE * PIXELS_PER_LATENT;
        Tensor picture = Tensor.zeros(1, 3, width, width);
        for (int i = 0; i < picture.data().length; i++) {
            int cell = i / width / PIXELS_PER_LATENT * SIDE + i % width / PIXELS_PER_LATENT;
            picture.data()[i] = colour(colours, cell);
        }
        Tensor latents = networks.encode(picture);
        int unknowns = latents.size(1) + 1;
        double[][] squares = new double[unknowns][unknowns];
        double[][] products = new double[3][unknowns];
        for (int cell = 0; cell < SIDE * SIDE; cell++) {
            double[] numbers = numbers(latents, cell);
            for (int i = 0; i < unknowns; i++) {
                for (int j = 0; j < unknowns; j++) {
                    squares[i][j] += numbers[i] * numbers[j];
                }
                for (int colour = 0; colour < 3; colour++) {
                    products[colour][i] +=
                            numbers[i] * colour(colours, colour * SIDE * SIDE + cell);
                }
            }
        }
        double[][] weights = new double[3][];
        for (int colour = 0; colour < 3; colour++) {
            weights[colour] = solved(squares, products[colour]);
        }
        return new LatentColours(weights);
    }

    /** Of a cell of a picture, the colours' planes counted through. */
    private static float colour(float[] colours, int cell) {
        int patch = cell / SIDE / PATCH * PATCHES + cell % SIDE / PATCH;
        return Math.clamp(colours[patch], -1f, 1f);
    }

    /** A latent's channels and 1. */
    private static double[] numbers(Tensor latents, int cell) {
        int channels = latents.size(1);
        int plane = latents.size(2) * latents.size(3);
        double[] numbers = new double[channels + 1];
        for (int channel = 0; channel < channels; channel++) {
            numbers[channel] = latents.data()[channel * plane + cell];
        }
        numbers[channels] = 1;
        return numbers;
    }

    /** Of a symmetric, positive system: Gauss's elimination needs no exchange of rows. */
    private static double[] solved(double[][] matrix, double[] right) {
        int count = right.length;
        double[][] rows = new double[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = Arrays.copyOf(matrix[i], count + 1);
            rows[i][count] = right[i];
        }
        for (int pivot = 0; pivot < count; pivot++) {
            for (int row = 0; row < count; row++) {
                double factor = row == pivot ? 0 : rows[row][pivot] / rows[pivot][pivot];
                for (int i = 0; i <= count; i++) {
                    rows[row][i] -= factor * rows[pivot][i];
                }
            }
        }
        double[] solution = new double[count];
        for (int i = 0; i < count; i++) {
            solution[i] = rows[i][count] / rows[i][i];
        }
        return solution;
    }

    /**
     * A picture of one pixel for each latent.
     *
     * @param latents as the network knows them, [1, c, h, w]
     */
    Picture picture(Tensor latents) {
        int channels = latents.size(1);
        int plane = latents.size(2) * latents.size(3);
        Tensor colours = Tensor.zeros(1, 3, latents.size(2), latents.size(3));
        for (int colour = 0; colour < 3; colour++) {
            for (int cell = 0; cell < plane; cell++) {
                double sum = weights[colour][channels];
                for (int channel = 0; channel < channels; channel++) {
                    sum += weights[colour][channel] * latents.data()[channel * plane + cell];
                }
                colours.data()[colour * plane + cell] = (float) sum;
            }
        }
        return Picture.of(colours, latents);
    }
}
