package huafang.engine.network;

import huafang.engine.checkpoint.VaeConfig;
import huafang.engine.graph.Value;

/**
 * The decoder of the autoencoder: latents to pixels. Esser et al., "Taming Transformers", 2021,
 * without the codebook.
 *
 * <p>XL's overflows where it is computed in half precision: a lowering for a GPU keeps this network
 * in float, as all networks are on a CPU.
 */
final class VaeDecoder {
    private final VaeConfig config;
    private final Layers l;
    private final VaeLayers v;

    VaeDecoder(VaeConfig config, Layers layers) {
        this.config = config;
        this.l = layers;
        this.v = new VaeLayers(layers);
    }

    /**
     * @param latents [b, 4, h, w], divided by the latent scale
     * @return [b, 3, 8h, 8w]
     */
    Value decode(Weights w, Value latents) {
        Weights decoder = w.sub("decoder");
        long middle = config.middleChannels();
        Value h = l.conv(w.sub("post_quant_conv"), l.enter(latents), config.latentChannels(), 1);
        h = l.conv(decoder.sub("conv_in"), h, middle, 3);
        h = v.middle(decoder.sub("mid"), h);
        for (int i = config.levels().size() - 1; i >= 0; i--) {
            var level = config.levels().get(i);
            Weights up = decoder.sub("up").sub(i);
            for (int j = 0; j < level.resBlocks(); j++) {
                h = v.resBlock(up.sub("block").sub(j), h, level.channels());
            }
            if (i > 0) {
                h = l.conv(up.sub("upsample.conv"), l.upsample(h), level.channels(), 3);
            }
        }
        return l.leave(v.out(decoder, h, 3));
    }
}
