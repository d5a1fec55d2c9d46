"""What both training scripts share: a clock that survives restarts, the learning rate, saving, and several processes.

Each process uses one core and its own part of every batch: on a busy machine that beats one process with two threads by
far, because threads wait for each other in every operator.
"""

import math
import os
import tempfile
import time

import torch
import torch.distributed as distributed
import torch.multiprocessing as multiprocessing


class Clock:
    """Seconds of training so far, over all runs, against a budget; the learning rate follows it."""

    def __init__(self, budget_seconds, peak, final, warm_up_seconds=60):
        self.budget, self.peak, self.final, self.warm_up = budget_seconds, peak, final, warm_up_seconds
        self.before, self.started = 0.0, time.monotonic()

    def resume_at(self, seconds):
        self.before, self.started = seconds, time.monotonic()

    def elapsed(self):
        return self.before + time.monotonic() - self.started

    def finished(self):
        return self.elapsed() >= self.budget

    def learning_rate(self):
        progress = min(1.0, self.elapsed() / self.budget)
        decayed = self.final + (self.peak - self.final) * 0.5 * (1 + math.cos(math.pi * progress))
        return decayed * min(1.0, self.elapsed() / self.warm_up + 0.02)


def save(state, path):
    """Whole or not at all: a run that is killed while saving leaves the previous file."""
    torch.save(state, f"{path}.new")
    os.replace(f"{path}.new", path)


def enter(rank, train, options, processes, meeting):
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=processes)
    train(rank, options)


def run(train, options, processes):
    """train(rank, options) in each of the processes."""
    with tempfile.TemporaryDirectory() as folder:
        multiprocessing.spawn(enter, (train, options, processes, f"{folder}/meeting"), processes)


def share_gradients(parameters):
    """Replaces each gradient by its mean over the processes."""
    gradients = torch.cat([p.grad.flatten() for p in parameters])
    distributed.all_reduce(gradients)
    gradients /= distributed.get_world_size()
    for p, mean in zip(parameters, gradients.split([p.numel() for p in parameters])):
        p.grad.copy_(mean.view_as(p))


def first_says(flag):
    """What the first process holds true, in all of them."""
    answer = torch.tensor([float(flag)])
    distributed.broadcast(answer, src=0)
    return bool(answer.item())
