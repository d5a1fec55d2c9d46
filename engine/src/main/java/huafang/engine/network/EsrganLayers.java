package huafang.engine.network;

import huafang.engine.checkpoint.UpscalerConfig;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Value;

/** The two networks of the ESRGAN family, from pictures [b, 3, h, w] of 0 to 1 to larger ones. */
record EsrganLayers(Layers l) {
    private static final float SLOPE = 0.2f; // of negative numbers, everywhere
    private static final Value RESIDUAL = Value.constant(new float[] {0.2f});
    private static final int DENSE_LAYERS = 5;
    private static final int DENSE_BLOCKS = 3;

    Value enlarged(UpscalerConfig config, Weights w, Value picture) {
        return switch (config) {
            case UpscalerConfig.Dense dense -> dense(dense, w, picture);
            case UpscalerConfig.Compact compact -> compact(compact, w, picture);
        };
    }

    private Value dense(UpscalerConfig.Dense config, Weights w, Value picture) {
        Value squares = l.enter(Ops.pixelsToChannels(picture, config.square()));
        Value first = l.conv(w.sub("conv_first"), squares, config.width(), 3);
        Value h = first;
        for (int i = 0; i < config.blocks(); i++) {
            h = residual(h, triple(config, w.sub("body").sub(i), h));
        }
        h = Ops.add(first, l.conv(w.sub("conv_body"), h, config.width(), 3));
        for (int i = 1; i <= config.doublings(); i++) {
            h = active(w.sub("conv_up" + i), l.upsample(h), config.width());
        }
        h = active(w.sub("conv_hr"), h, config.width());
        return l.leave(l.conv(w.sub("conv_last"), h, 3, 3));
    }

    private Value triple(UpscalerConfig.Dense config, Weights w, Value x) {
        Value h = x;
        for (int i = 1; i <= DENSE_BLOCKS; i++) {
            h = residual(h, denseBlock(config, w.sub("rdb" + i), h));
        }
        return h;
    }

    /** Huang et al. 2017: each layer sees all that came before. */
    private Value denseBlock(UpscalerConfig.Dense config, Weights w, Value x) {
        Value all = x;
        for (int i = 1; i < DENSE_LAYERS; i++) {
            all = l.beside(all, active(w.sub("conv" + i), all, config.growth()));
        }
        return l.conv(w.sub("conv" + DENSE_LAYERS), all, config.width(), 3);
    }

    private Value active(Weights w, Value x, long out) {
        return Ops.leakyRelu(l.conv(w, x, out, 3), SLOPE);
    }

    private Value residual(Value x, Value change) {
        return Ops.add(x, Ops.mul(change, l.numbers(RESIDUAL)));
    }

    private Value compact(UpscalerConfig.Compact config, Weights w, Value picture) {
        Weights body = w.sub("body");
        Value h = l.enter(picture);
        for (int i = 0; i <= config.layers(); i++) {
            h = l.conv(body.sub(2 * i), h, config.width(), 3);
            h = l.leakyRelu(body.sub(2 * i + 1), h);
        }
        long channels = 3L * config.scale() * config.scale();
        h = l.conv(body.sub(2 * config.layers() + 2), h, channels, 3);
        return Ops.add(
                Ops.channelsToPixels(l.leave(h), config.scale()),
                Ops.upsampleNearest(picture, config.scale()));
    }
}
