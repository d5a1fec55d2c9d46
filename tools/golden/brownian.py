"""torchsde's BrownianTree, anew: a Brownian motion whose value at a time depends on the seed and the range alone."""
import math

import numpy as np
import torch


class Tree:
    """Over [low, high]; draw(seed) gives the normals of a node."""

    def __init__(self, seed, low, high, draw):
        self.seed, self.draw = seed, draw
        self.low, self.high = round(low, 6), round(high, 6)
        self.whole = draw(self.word()) * math.sqrt(high - low)

    def word(self, *key):
        sequence = np.random.SeedSequence(entropy=self.seed, spawn_key=key, pool_size=24)
        return int(sequence.generate_state(1)[0])

    def between(self, low, high):
        return self.part(self.whole, self.low, self.high, 0, 0, round(low, 6), round(high, 6))

    def part(self, whole, start, end, key, depth, low, high):
        """The increment over [low, high], of that over [start, end], which holds it."""
        low, high = max(low, start), min(high, end)
        if low >= high:
            return 0
        if (low, high) == (start, end):
            return whole
        middle = round(0.5 * (end + start), 6)
        left = (middle - start) * whole / (end - start)
        left = left + math.sqrt((middle - start) * (end - middle) / (end - start)) * self.draw(self.word(key, depth))
        return (self.part(left, start, middle, 2 * key, depth + 1, low, high)
                + self.part(whole - left, middle, end, 2 * key + 1, depth + 1, low, high))


def torch_normals(count):
    return lambda seed: torch.randn(count, generator=torch.Generator().manual_seed(seed), dtype=torch.float32).double()


def noise(seed, sigmas, draw):
    """k-diffusion's BrownianTreeNoiseSampler over the levels above 0."""
    levels = [s for s in sigmas if s > 0]
    tree = Tree(seed, min(levels), max(levels), draw)

    def between(start, end):
        start, end = (float(np.float32(v)) for v in (start, end))
        return -tree.between(end, start) / math.sqrt(start - end)

    return between
