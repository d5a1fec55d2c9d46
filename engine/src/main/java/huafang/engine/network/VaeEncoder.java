package huafang.engine.network;

import huafang.engine.checkpoint.VaeConfig;
import huafang.engine.graph.Value;

/** The encoder of the autoencoder: pixels to latents. The decoder's mirror image. */
final class VaeEncoder {
    private final VaeConfig config;
    private final Layers l;
    private final VaeLayers v;

    VaeEncoder(VaeConfig config, Layers layers) {
        this.config = config;
        this.l = layers;
        this.v = new VaeLayers(layers);
    }

    /**
     * @param picture [b, 3, 8h, 8w], −1 to 1
     * @return the mean of the latents' distribution, [b, 4, h, w], not yet multiplied with the
     *     latent scale
     */
    Value encode(Weights w, Value picture) {
        Weights encoder = w.sub("encoder");
        var levels = config.levels();
        Value h = l.conv(encoder.sub("conv_in"), l.enter(picture), levels.getFirst().channels(), 3);
        for (int i = 0; i < levels.size(); i++) {
            Weights down = encoder.sub("down").sub(i);
            // The decoder has one block more at every level.
            for (int j = 0; j < levels.get(i).resBlocks() - 1; j++) {
                h = v.resBlock(down.sub("block").sub(j), h, levels.get(i).channels());
            }
            if (i + 1 < levels.size()) {
                h = l.convHalving(down.sub("downsample.conv"), h, levels.get(i).channels());
            }
        }
        h = v.middle(encoder.sub("mid"), h);
        long both = 2L * config.latentChannels();
        Value meanAndVariance = l.conv(w.sub("quant_conv"), v.out(encoder, h, both), both, 1);
        return l.leave(l.firstChannels(meanAndVariance, config.latentChannels()));
    }
}
