"""Names and shapes of the tensors in Stable Diffusion checkpoints (original layout), of any width and depth."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Tower:
    """A text encoder: CLIP under transformers' names, or OpenCLIP under its own."""

    place: str
    open: bool
    width: int
    layers: int
    projection: int = 0


@dataclass(frozen=True)
class Config:
    """levels: finest first; depths: transformer blocks after each residual block of a level, a number for all of them or
    one for each; the middle has the last one's, or middle_depth where that level has none. up_depths: those on the way
    up where they differ, finest level first. towers: none for Stable Diffusion 1.x's own."""

    channels: int
    multipliers: tuple
    res_blocks: int
    depths: tuple
    middle_depth: int
    text_width: int
    text_layers: int
    vocabulary: int
    vae_channels: int
    vae_multipliers: tuple
    vae_res_blocks: int
    in_channels: int = 4
    linear: bool = False
    vector: int = 0
    towers: tuple = ()
    up_depths: tuple = ()
    middle_blocks: int = 2

    def down(self, level):
        depth = self.depths[level]
        return depth if isinstance(depth, tuple) else (depth,) * self.res_blocks

    def up(self, level):
        return self.up_depths[level] if self.up_depths else (self.down(level)[0],) * (self.res_blocks + 1)


SD15 = Config(320, (1, 2, 4, 4), 2, (1, 1, 1, 0), 1, 768, 12, 49408, 128, (1, 2, 4, 4), 2)
SD15_INPAINTING = replace(SD15, in_channels=9)
SD21 = replace(SD15, text_width=1024, linear=True, towers=(Tower("cond_stage_model", True, 1024, 24, 1024),))
XL_TOWERS = (Tower("conditioner.embedders.0", False, 768, 12), Tower("conditioner.embedders.1", True, 1280, 32, 1280))
XL = replace(SD15, multipliers=(1, 2, 4), depths=(0, 2, 10), middle_depth=10, text_width=2048, linear=True, vector=2816,
             towers=XL_TOWERS)
XL_INPAINTING = replace(XL, in_channels=9)
XL_REFINER = replace(SD15, channels=384, depths=(0, 4, 4, 0), middle_depth=4, text_width=1280, linear=True, vector=2560,
                     towers=(Tower("conditioner.embedders.0", True, 1280, 32, 1280),))
SSD_1B = replace(XL, depths=((0, 0), (2, 2), (4, 4)), up_depths=((0, 0, 0), (2, 1, 1), (4, 4, 10)), middle_blocks=1,
                 middle_depth=0)
VEGA = replace(XL, depths=((0, 0), (1, 1), (2, 2)), up_depths=((0, 0, 0), (1, 1, 1), (2, 2, 2)), middle_blocks=1,
               middle_depth=0)

TINY = Config(32, (1, 2), 1, (1, 1), 1, 64, 2, 512, 32, (1, 1, 2, 2), 1)
DEEP = Config(64, (1, 1.5, 2, 2), 2, (0, 1, 2, 0), 2, 128, 3, 600, 32, (1, 2, 3, 4), 2)
SMALL_INPAINTING = replace(TINY, in_channels=9)
SMALL_SD2 = replace(TINY, channels=64, text_width=128, linear=True, towers=(Tower("cond_stage_model", True, 128, 24, 128),))
SMALL_XL = replace(TINY, channels=64, multipliers=(1, 1, 2), depths=(0, 1, 2), middle_depth=2, text_width=192, linear=True,
                   vector=96 + 6 * 256, towers=(Tower("conditioner.embedders.0", False, 64, 3),
                                                Tower("conditioner.embedders.1", True, 128, 3, 96)))
SMALL_REFINER = replace(TINY, multipliers=(1, 2, 4, 4), depths=(0, 1, 1, 0), middle_depth=1, text_width=128, linear=True,
                        vector=128 + 5 * 256, towers=(Tower("conditioner.embedders.0", True, 128, 3, 128),))
SMALL_SSD = replace(SMALL_XL, res_blocks=2, depths=((0, 0), (1, 1), (2, 2)), up_depths=((0, 0, 0), (2, 1, 1), (1, 1, 3)),
                    middle_blocks=1, middle_depth=0)
SMALL_BK = replace(TINY, multipliers=(1, 2, 2), depths=(1, 1, 1), middle_blocks=0, middle_depth=0)


def checkpoint(config, encoder=False):
    """Every tensor's shape by name."""
    shapes = {}
    _unet(shapes, config)
    for tower in config.towers or (Tower("cond_stage_model", False, config.text_width, config.text_layers),):
        (_open_clip if tower.open else _clip)(shapes, tower, config.vocabulary)
    _decoder(shapes, config)
    if encoder:
        _encoder(shapes, config)
    return shapes


def _weight_and_bias(shapes, name, *shape):
    shapes[name + ".weight"] = shape
    shapes[name + ".bias"] = shape[:1]


def _unet(shapes, config):
    root = "model.diffusion_model."
    widths = [int(config.channels * m) for m in config.multipliers]
    time = 4 * config.channels

    def layer(name, *shape):
        _weight_and_bias(shapes, root + name, *shape)

    def residual(name, before, after):
        layer(name + ".in_layers.0", before)
        layer(name + ".in_layers.2", after, before, 3, 3)
        layer(name + ".emb_layers.1", after, time)
        layer(name + ".out_layers.0", after)
        layer(name + ".out_layers.3", after, after, 3, 3)
        if before != after:
            layer(name + ".skip_connection", after, before, 1, 1)

    def transformer(name, width, depth):
        if depth == 0:
            return
        layer(name + ".norm", width)
        kernel = () if config.linear else (1, 1)
        layer(name + ".proj_in", width, width, *kernel)
        for i in range(depth):
            block = f"{name}.transformer_blocks.{i}"
            for attention, source in (("attn1", width), ("attn2", config.text_width)):
                shapes[f"{root}{block}.{attention}.to_q.weight"] = (width, width)
                shapes[f"{root}{block}.{attention}.to_k.weight"] = (width, source)
                shapes[f"{root}{block}.{attention}.to_v.weight"] = (width, source)
                layer(f"{block}.{attention}.to_out.0", width, width)
            layer(block + ".ff.net.0.proj", 8 * width, width)
            layer(block + ".ff.net.2", width, 4 * width)
            for norm in ("norm1", "norm2", "norm3"):
                layer(f"{block}.{norm}", width)
        layer(name + ".proj_out", width, width, *kernel)

    layer("time_embed.0", time, config.channels)
    layer("time_embed.2", time, time)
    if config.vector:
        layer("label_emb.0.0", time, config.vector)
        layer("label_emb.0.2", time, time)
    layer("input_blocks.0.0", config.channels, config.in_channels, 3, 3)
    width, skips, block = config.channels, [config.channels], 1
    for i, after in enumerate(widths):
        for depth in config.down(i):
            residual(f"input_blocks.{block}.0", width, after)
            transformer(f"input_blocks.{block}.1", after, depth)
            width, block = after, block + 1
            skips.append(width)
        if i + 1 < len(widths):
            layer(f"input_blocks.{block}.0.op", width, width, 3, 3)
            block += 1
            skips.append(width)
    if config.middle_blocks > 0:
        residual("middle_block.0", width, width)
    transformer("middle_block.1", width, config.middle_depth)
    if config.middle_blocks > 1:
        residual("middle_block.2", width, width)
    block = 0
    for i, after in reversed(list(enumerate(widths))):
        for j, depth in enumerate(config.up(i)):
            residual(f"output_blocks.{block}.0", width + skips.pop(), after)
            transformer(f"output_blocks.{block}.1", after, depth)
            width = after
            if i > 0 and j == config.res_blocks:
                layer(f"output_blocks.{block}.{2 if depth else 1}.conv", width, width, 3, 3)
            block += 1
    layer("out.0", width)
    layer("out.2", 4, width, 3, 3)


def _clip(shapes, tower, vocabulary):
    root = tower.place + ".transformer.text_model."
    width = tower.width

    def layer(name, *shape):
        _weight_and_bias(shapes, root + name, *shape)

    shapes[root + "embeddings.token_embedding.weight"] = (vocabulary, width)
    shapes[root + "embeddings.position_embedding.weight"] = (77, width)
    for i in range(tower.layers):
        name = f"encoder.layers.{i}"
        for projection in ("q_proj", "k_proj", "v_proj", "out_proj"):
            layer(f"{name}.self_attn.{projection}", width, width)
        layer(name + ".layer_norm1", width)
        layer(name + ".layer_norm2", width)
        layer(name + ".mlp.fc1", 4 * width, width)
        layer(name + ".mlp.fc2", width, 4 * width)
    layer("final_layer_norm", width)


def _open_clip(shapes, tower, vocabulary):
    root = tower.place + ".model."
    width = tower.width

    def layer(name, *shape):
        _weight_and_bias(shapes, root + name, *shape)

    shapes[root + "positional_embedding"] = (77, width)
    shapes[root + "text_projection"] = (width, tower.projection)
    shapes[root + "logit_scale"] = ()
    shapes[root + "token_embedding.weight"] = (vocabulary, width)
    for i in range(tower.layers):
        name = f"transformer.resblocks.{i}"
        shapes[f"{root}{name}.attn.in_proj_weight"] = (3 * width, width)
        shapes[f"{root}{name}.attn.in_proj_bias"] = (3 * width,)
        layer(name + ".attn.out_proj", width, width)
        layer(name + ".ln_1", width)
        layer(name + ".ln_2", width)
        layer(name + ".mlp.c_fc", 4 * width, width)
        layer(name + ".mlp.c_proj", width, 4 * width)
    layer("ln_final", width)


def _vae_parts(shapes, root):
    def layer(name, *shape):
        _weight_and_bias(shapes, root + name, *shape)

    def residual(name, before, after):
        layer(name + ".norm1", before)
        layer(name + ".conv1", after, before, 3, 3)
        layer(name + ".norm2", after)
        layer(name + ".conv2", after, after, 3, 3)
        if before != after:
            layer(name + ".nin_shortcut", after, before, 1, 1)

    def middle(name, width):
        residual(name + ".block_1", width, width)
        layer(name + ".attn_1.norm", width)
        for projection in ("q", "k", "v", "proj_out"):
            layer(f"{name}.attn_1.{projection}", width, width, 1, 1)
        residual(name + ".block_2", width, width)

    return layer, residual, middle


def _decoder(shapes, config):
    layer, residual, middle = _vae_parts(shapes, "first_stage_model.")
    widths = [config.vae_channels * m for m in config.vae_multipliers]
    width = widths[-1]
    layer("post_quant_conv", 4, 4, 1, 1)
    layer("decoder.conv_in", width, 4, 3, 3)
    middle("decoder.mid", width)
    for i, after in reversed(list(enumerate(widths))):
        for j in range(config.vae_res_blocks + 1):
            residual(f"decoder.up.{i}.block.{j}", width, after)
            width = after
        if i > 0:
            layer(f"decoder.up.{i}.upsample.conv", width, width, 3, 3)
    layer("decoder.norm_out", width)
    layer("decoder.conv_out", 3, width, 3, 3)


def _encoder(shapes, config):
    layer, residual, middle = _vae_parts(shapes, "first_stage_model.")
    widths = [config.vae_channels * m for m in config.vae_multipliers]
    width = config.vae_channels
    layer("encoder.conv_in", width, 3, 3, 3)
    for i, after in enumerate(widths):
        for j in range(config.vae_res_blocks):
            residual(f"encoder.down.{i}.block.{j}", width, after)
            width = after
        if i + 1 < len(widths):
            layer(f"encoder.down.{i}.downsample.conv", width, width, 3, 3)
    middle("encoder.mid", width)
    layer("encoder.norm_out", width)
    layer("encoder.conv_out", 8, width, 3, 3)
    layer("quant_conv", 8, 8, 1, 1)
