"""Stable Diffusion 1.x in miniature: the three networks, with attribute names equal to the checkpoint's keys."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

HEADS = 8
GROUPS = 32


def group_norm(channels, eps):
    return nn.GroupNorm(GROUPS, channels, eps=eps)


def timestep_sinusoid(timesteps, width):
    """[b] -> [b, width]: cosines first, then sines, longest period 10000."""
    half = width // 2
    frequencies = torch.exp(-math.log(10000) * torch.arange(half, dtype=torch.float32) / half)
    angles = timesteps.float()[:, None] * frequencies[None]
    return torch.cat([angles.cos(), angles.sin()], dim=1)


def attention(q, k, v, causal=False):
    """[b, heads, tokens, width] each. In 32 bits even where the rest trains in 16: ten times as fast on a CPU."""
    with torch.autocast("cpu", enabled=False):
        return F.scaled_dot_product_attention(q.float(), k.float(), v.float(), is_causal=causal)


# UNet -------------------------------------------------------------------------------------------------------------


class ResBlock(nn.Module):
    def __init__(self, channels, out_channels, time_width):
        super().__init__()
        conv_in = nn.Conv2d(channels, out_channels, 3, padding=1)
        conv_out = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        nn.init.zeros_(conv_out.weight)
        nn.init.zeros_(conv_out.bias)
        self.in_layers = nn.Sequential(group_norm(channels, 1e-5), nn.SiLU(), conv_in)
        self.emb_layers = nn.Sequential(nn.SiLU(), nn.Linear(time_width, out_channels))
        self.out_layers = nn.Sequential(group_norm(out_channels, 1e-5), nn.SiLU(), nn.Dropout(0.0), conv_out)
        self.skip_connection = nn.Identity() if channels == out_channels else nn.Conv2d(channels, out_channels, 1)

    def forward(self, x, time, context):
        h = self.in_layers(x) + self.emb_layers(time)[:, :, None, None]
        return self.skip_connection(x) + self.out_layers(h)


class CrossAttention(nn.Module):
    def __init__(self, width, context_width):
        super().__init__()
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k = nn.Linear(context_width, width, bias=False)
        self.to_v = nn.Linear(context_width, width, bias=False)
        self.to_out = nn.Sequential(nn.Linear(width, width), nn.Dropout(0.0))

    def forward(self, x, context):
        def heads(t):
            return t.view(t.shape[0], t.shape[1], HEADS, -1).transpose(1, 2)

        h = attention(heads(self.to_q(x)), heads(self.to_k(context)), heads(self.to_v(context)))
        return self.to_out(h.transpose(1, 2).reshape(x.shape))


class GatedGelu(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.proj = nn.Linear(width, inner * 2)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, dim=-1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(GatedGelu(width, width * 4), nn.Dropout(0.0), nn.Linear(width * 4, width))

    def forward(self, x):
        return self.net(x)


class TransformerBlock(nn.Module):
    def __init__(self, width, context_width):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn1 = CrossAttention(width, width)
        self.attn2 = CrossAttention(width, context_width)
        self.ff = FeedForward(width)

    def forward(self, x, context):
        h = self.norm1(x)
        x = x + self.attn1(h, h)
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class SpatialTransformer(nn.Module):
    def __init__(self, channels, context_width):
        super().__init__()
        self.norm = group_norm(channels, 1e-6)
        self.proj_in = nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(channels, context_width)])
        self.proj_out = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.proj_out.weight)
        nn.init.zeros_(self.proj_out.bias)

    def forward(self, x, time, context):
        b, c, height, width = x.shape
        h = self.proj_in(self.norm(x)).flatten(2).transpose(1, 2)  # [b, h*w, c]
        h = self.transformer_blocks[0](h, context)
        return x + self.proj_out(h.transpose(1, 2).reshape(b, c, height, width))


class UNetDownsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.op = nn.Conv2d(channels, channels, 3, stride=2, padding=1)

    def forward(self, x, time, context):
        return self.op(x)


class UNetUpsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x, time, context):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class Stem(nn.Conv2d):
    def forward(self, x, time, context):
        return super().forward(x)


class Block(nn.Sequential):
    """Layers that all take (x, time embedding, text context)."""

    def forward(self, x, time, context):
        for layer in self:
            x = layer(x, time, context)
        return x


@dataclass(frozen=True)
class UNetShape:
    channels: tuple = (64, 128)
    attention_levels: tuple = (1,)
    residual_blocks: int = 1
    context_width: int = 64


class UNet(nn.Module):
    def __init__(self, shape=UNetShape()):
        super().__init__()
        widths, self.model_channels = shape.channels, shape.channels[0]
        time_width = 4 * self.model_channels
        self.time_embed = nn.Sequential(
            nn.Linear(self.model_channels, time_width), nn.SiLU(), nn.Linear(time_width, time_width)
        )

        def stage(channels, out_channels, level):
            layers = [ResBlock(channels, out_channels, time_width)]
            if level in shape.attention_levels:
                layers.append(SpatialTransformer(out_channels, shape.context_width))
            return layers

        channels, skips = widths[0], [widths[0]]
        self.input_blocks = nn.ModuleList([Block(Stem(4, channels, 3, padding=1))])
        for level, width in enumerate(widths):
            for _ in range(shape.residual_blocks):
                self.input_blocks.append(Block(*stage(channels, width, level)))
                channels = width
                skips.append(channels)
            if level + 1 < len(widths):
                self.input_blocks.append(Block(UNetDownsample(channels)))
                skips.append(channels)

        self.middle_block = Block(
            ResBlock(channels, channels, time_width),
            SpatialTransformer(channels, shape.context_width),
            ResBlock(channels, channels, time_width),
        )

        self.output_blocks = nn.ModuleList()
        for level, width in reversed(list(enumerate(widths))):
            for i in range(shape.residual_blocks + 1):
                layers = stage(channels + skips.pop(), width, level)
                channels = width
                if level > 0 and i == shape.residual_blocks:
                    layers.append(UNetUpsample(channels))
                self.output_blocks.append(Block(*layers))

        conv_out = nn.Conv2d(channels, 4, 3, padding=1)
        nn.init.zeros_(conv_out.weight)
        nn.init.zeros_(conv_out.bias)
        self.out = nn.Sequential(group_norm(channels, 1e-5), nn.SiLU(), conv_out)

    def forward(self, x, timesteps, context):
        """Scaled latents [b, 4, h/8, w/8], timesteps [b], context [b, 77, width] -> predicted noise."""
        time = self.time_embed(timestep_sinusoid(timesteps, self.model_channels))
        skips = []
        for block in self.input_blocks:
            x = block(x, time, context)
            skips.append(x)
        x = self.middle_block(x, time, context)
        for block in self.output_blocks:
            x = block(torch.cat([x, skips.pop()], dim=1), time, context)
        return self.out(x)


# VAE --------------------------------------------------------------------------------------------------------------


def main_path(conv):
    """A convolution of the VAE's main path, which has no way around the last normalisation. That removes the mean of
    each group's two or three channels, and with it a picture's colour, unless the channels of a group stand apart."""
    nn.init.normal_(conv.weight, std=conv.weight[0].numel() ** -0.5)
    with torch.no_grad():
        conv.bias.copy_(1.5 - 3.0 * (torch.arange(conv.bias.numel()) % 2))
    return conv


class VaeResBlock(nn.Module):
    """Starts as the identity; asleep it is skipped, which early training does with those that change no width."""

    def __init__(self, channels, out_channels):
        super().__init__()
        self.awake = True
        self.norm1 = group_norm(channels, 1e-6)
        self.conv1 = nn.Conv2d(channels, out_channels, 3, padding=1)
        self.norm2 = group_norm(out_channels, 1e-6)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)
        if channels != out_channels:
            self.nin_shortcut = main_path(nn.Conv2d(channels, out_channels, 1))

    def forward(self, x):
        if not self.awake:
            return x
        h = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
        return (self.nin_shortcut(x) if hasattr(self, "nin_shortcut") else x) + h


class VaeAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm = group_norm(channels, 1e-6)
        self.q, self.k, self.v, self.proj_out = (nn.Conv2d(channels, channels, 1) for _ in range(4))

    def forward(self, x):
        def tokens(t):
            return t.flatten(2).transpose(1, 2)[:, None]  # [b, 1, h*w, c]

        h = self.norm(x)
        h = attention(tokens(self.q(h)), tokens(self.k(h)), tokens(self.v(h)))
        return x + self.proj_out(h[:, 0].transpose(1, 2).reshape(x.shape))


class VaeMiddle(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.block_1 = VaeResBlock(channels, channels)
        self.attn_1 = VaeAttention(channels)
        self.block_2 = VaeResBlock(channels, channels)

    def forward(self, x):
        return self.block_2(self.attn_1(self.block_1(x)))


class VaeDownsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = main_path(nn.Conv2d(channels, channels, 3, stride=2))

    def forward(self, x):
        return self.conv(F.pad(x, (0, 1, 0, 1)))


class VaeUpsample(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = main_path(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x):
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))


class VaeLevel(nn.Module):
    def __init__(self, channels, out_channels, blocks, **resample):
        super().__init__()
        self.block = nn.ModuleList(VaeResBlock(channels if i == 0 else out_channels, out_channels) for i in range(blocks))
        for name, layer in resample.items():
            setattr(self, name, layer)

    def forward(self, x):
        for block in self.block:
            x = block(x)
        return x


class Encoder(nn.Module):
    def __init__(self, widths, blocks):
        super().__init__()
        self.conv_in = main_path(nn.Conv2d(3, widths[0], 3, padding=1))
        self.down = nn.ModuleList()
        channels = widths[0]
        for level, width in enumerate(widths):
            resample = {"downsample": VaeDownsample(width)} if level + 1 < len(widths) else {}
            self.down.append(VaeLevel(channels, width, blocks, **resample))
            channels = width
        self.mid = VaeMiddle(channels)
        self.norm_out = group_norm(channels, 1e-6)
        self.conv_out = nn.Conv2d(channels, 8, 3, padding=1)

    def forward(self, x):
        x = self.conv_in(x)
        for level in self.down:
            x = level(x)
            if hasattr(level, "downsample"):
                x = level.downsample(x)
        return self.conv_out(F.silu(self.norm_out(self.mid(x))))


class Decoder(nn.Module):
    def __init__(self, widths, blocks):
        super().__init__()
        channels = widths[-1]
        self.conv_in = main_path(nn.Conv2d(4, channels, 3, padding=1))
        self.mid = VaeMiddle(channels)
        levels = []
        for level, width in reversed(list(enumerate(widths))):
            resample = {"upsample": VaeUpsample(width)} if level > 0 else {}
            levels.append(VaeLevel(channels, width, blocks + 1, **resample))
            channels = width
        self.up = nn.ModuleList(reversed(levels))
        self.norm_out = group_norm(channels, 1e-6)
        self.conv_out = nn.Conv2d(channels, 3, 3, padding=1)

    def forward(self, z):
        x = self.mid(self.conv_in(z))
        for level in reversed(self.up):
            x = level(x)
            if hasattr(level, "upsample"):
                x = level.upsample(x)
        return self.conv_out(F.silu(self.norm_out(x)))


class Vae(nn.Module):
    """Pictures in [-1, 1], [b, 3, h, w] <-> unscaled latents [b, 4, h/8, w/8]."""

    def __init__(self, widths=(64, 64, 64, 96), blocks=1):
        super().__init__()
        self.encoder = Encoder(widths, blocks)
        self.decoder = Decoder(widths, blocks)
        self.quant_conv = nn.Conv2d(8, 8, 1)
        self.post_quant_conv = nn.Conv2d(4, 4, 1)

    def encode(self, pictures):
        """-> mean and log variance of the latents."""
        mean, log_variance = self.quant_conv(self.encoder(pictures)).chunk(2, dim=1)
        return mean, log_variance.clamp(-30, 20)

    def decode(self, latents):
        return self.decoder(self.post_quant_conv(latents))


# Text tower -------------------------------------------------------------------------------------------------------


class TextEmbeddings(nn.Module):
    def __init__(self, vocabulary, width, length):
        super().__init__()
        self.token_embedding = nn.Embedding(vocabulary, width)
        self.position_embedding = nn.Embedding(length, width)
        nn.init.normal_(self.token_embedding.weight, std=0.02)
        nn.init.normal_(self.position_embedding.weight, std=0.01)

    def forward(self, ids):
        return self.token_embedding(ids) + self.position_embedding.weight[: ids.shape[1]]


class TextAttention(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.heads = width // 64
        self.q_proj, self.k_proj, self.v_proj, self.out_proj = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x):
        def heads(t):
            return t.view(t.shape[0], t.shape[1], self.heads, -1).transpose(1, 2)

        h = attention(heads(self.q_proj(x)), heads(self.k_proj(x)), heads(self.v_proj(x)), causal=True)
        return self.out_proj(h.transpose(1, 2).reshape(x.shape))


class TextMlp(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc1 = nn.Linear(width, width * 4)
        self.fc2 = nn.Linear(width * 4, width)

    def forward(self, x):
        h = self.fc1(x)
        return self.fc2(h * torch.sigmoid(1.702 * h))


class TextLayer(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layer_norm1, self.layer_norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.self_attn = TextAttention(width)
        self.mlp = TextMlp(width)

    def forward(self, x):
        x = x + self.self_attn(self.layer_norm1(x))
        return x + self.mlp(self.layer_norm2(x))


class TextLayers(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        self.layers = nn.ModuleList(TextLayer(width) for _ in range(layers))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class TextTower(nn.Module):
    """Token ids [b, 77] -> context [b, 77, width]."""

    def __init__(self, width=64, layers=3, vocabulary=49408, length=77):
        super().__init__()
        self.embeddings = TextEmbeddings(vocabulary, width, length)
        self.encoder = TextLayers(width, layers)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, ids):
        return self.final_layer_norm(self.encoder(self.embeddings(ids)))


PREFIXES = {"unet": "model.diffusion_model.", "vae": "first_stage_model.", "text": "cond_stage_model.transformer.text_model."}
