package huafang.engine.network;

import huafang.engine.checkpoint.ModelConfig;
import huafang.engine.checkpoint.Safetensors;
import huafang.engine.tensor.Tensor;
import java.nio.file.Path;

/**
 * The three networks of a checkpoint, ready to run. Any number of threads may call one instance at
 * once.
 */
public final class Networks implements AutoCloseable {
    private final Safetensors file;
    private final ModelConfig config;

    private Networks(Safetensors file, ModelConfig config) {
        this.file = file;
        this.config = config;
    }

    /**
     * Loads a checkpoint. Takes seconds for one of real size.
     *
     * @throws huafang.engine.checkpoint.CheckpointException if the file is damaged, of another
     *     type, or no model known here
     */
    public static Networks load(Path checkpoint) {
        Safetensors file = Safetensors.open(checkpoint);
        return new Networks(file, ModelConfig.detect(file));
    }

    /** The model's sizes. */
    public ModelConfig config() {
        return config;
    }

    /**
     * What the prompts say, as the U-Net reads it.
     *
     * @param ids [b][77] token ids
     * @return [b, 77, w], after the final normalisation
     */
    public Tensor encodeText(int[][] ids) {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * The noise that the U-Net sees in latents.
     *
     * @param x [b, 4, h, w] noisy latents as the network was trained on them (variance 1)
     * @param timesteps [b] in 0 to 999, fractions allowed
     * @param context [b, 77·k, w] encoded text, k prompts side by side
     * @return [b, 4, h, w]; each row's bits do not depend on the others
     */
    public Tensor predictNoise(Tensor x, float[] timesteps, Tensor context) {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * The pictures that latents stand for.
     *
     * @param latents [b, 4, h, w] as a sampler returns them, not yet divided by the latent scale
     * @return [b, 3, 8h, 8w], −1 to 1 but not clamped
     */
    public Tensor decode(Tensor latents) {
        throw new UnsupportedOperationException("not yet");
    }

    /** Frees the networks' memory, after the calls under way have returned. */
    @Override
    public void close() {
        file.close();
    }
}
