package huafang.engine.network;

import huafang.engine.checkpoint.Checkpoint;
import huafang.engine.checkpoint.ModelConfig;
import huafang.engine.checkpoint.TextConfig;
import huafang.engine.graph.Dim;
import huafang.engine.graph.Ops;
import huafang.engine.graph.Type;
import huafang.engine.graph.Value;
import java.util.List;
import java.util.Set;

/**
 * What each network of a checkpoint computes, from named inputs. Building them reads no numbers.
 */
record Graphs(ModelConfig config, Weights weights, Device device) {
    private static final Dim BATCH = Dim.named("batch");
    private static final Dim HEIGHT = Dim.named("height");
    private static final Dim WIDTH = Dim.named("width");

    static Graphs of(Checkpoint file) {
        return of(file, Device.CPU);
    }

    static Graphs of(Checkpoint file, Device device) {
        return new Graphs(ModelConfig.detect(file), new Weights(file, ""), device);
    }

    /**
     * A text tower, from "ids": its tokens after the last layer, the one before it and so on; and
     * at the end, if the model takes it, the whole prompt as one vector, which needs also "ends".
     * "own" and "kept" say which tokens have vectors of their own.
     *
     * @param adapted names of weights beside which changes are passed
     */
    List<Value> text(TextConfig tower, Set<String> adapted) {
        Weights w = new Weights(weights.file(), tower.place());
        Value ids = Value.input("ids", Type.INT64, BATCH, Dim.of(tower.length()));
        Value ends = tower.pooledWidth() > 0 ? Value.input("ends", Type.INT64, BATCH) : null;
        Dim length = Dim.of(tower.length());
        Value own = Value.input("own", Type.FLOAT, BATCH, length, Dim.of(tower.width()));
        Value kept = Value.input("kept", Type.FLOAT, BATCH, length, Dim.of(1));
        return new ClipTextEncoder(tower, new CpuLayers(adapted)).encode(w, ids, own, kept, ends);
    }

    /**
     * The U-Net's prediction, from "x", "timesteps", "context", and "vector" if it takes one.
     *
     * @param adapted names of weights beside which changes are passed
     */
    Value unet(Set<String> adapted, Borders borders) {
        return unet(device.unet(config.family(), adapted, borders));
    }

    Value unet(Layers layers) {
        var unet = config.unet();
        return new UNet(unet, layers)
                .predict(
                        weights.sub("model.diffusion_model"),
                        picture("x", unet.inChannels()),
                        Value.input("timesteps", Type.FLOAT, BATCH),
                        Value.input(
                                "context",
                                Type.FLOAT,
                                BATCH,
                                Dim.named("tokens"),
                                Dim.of(unet.contextWidth())),
                        unet.vectorWidth() == 0
                                ? null
                                : Value.input(
                                        "vector", Type.FLOAT, BATCH, Dim.of(unet.vectorWidth())));
    }

    /** A picture, from "latents" as the U-Net knows them. */
    Value decoder(GroupStatistics statistics, Borders borders) {
        return decoder(vae(statistics, borders));
    }

    Value decoder(Layers layers) {
        Value latents = picture("latents", config.vae().latentChannels());
        Value unscaled = Ops.mul(latents, Value.constant(new float[] {1 / config.latentScale()}));
        return new VaeDecoder(config.vae(), layers)
                .decode(weights.sub("first_stage_model"), unscaled);
    }

    /** Latents as the U-Net knows them, from "picture". */
    Value encoder(GroupStatistics statistics, Borders borders) {
        return encoder(vae(statistics, borders));
    }

    Value encoder(Layers layers) {
        Value latents =
                new VaeEncoder(config.vae(), layers)
                        .encode(weights.sub("first_stage_model"), picture("picture", 3));
        return Ops.mul(latents, Value.constant(new float[] {config.latentScale()}));
    }

    /** Fused layers know no statistics but their own. */
    private Layers vae(GroupStatistics statistics, Borders borders) {
        return statistics == GroupStatistics.OWN
                ? device.vae(config.family(), borders)
                : new CpuLayers(Set.of(), statistics, borders);
    }

    private static Value picture(String name, int channels) {
        return Value.input(name, Type.FLOAT, BATCH, Dim.of(channels), HEIGHT, WIDTH);
    }
}
