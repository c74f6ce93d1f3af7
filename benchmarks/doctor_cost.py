"""The cost of watching: `python benchmarks/doctor_cost.py [--steps N] [--turns N] [--network NAME]`.

Trains a convnet and a transformer in turns without the doctor, with it as it is by default, and with every step
watched. A watched training is held against the mean of those without right before and after it, since machines drift;
prints medians and quartiles of the ratios, and the peak of resident memory in processes of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import ArgumentParser
from contextlib import nullcontext
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from softknee.doctor import watch
from softknee.lab.bench.peak_memory import ALLOCATOR, check_counters, peak_of

WAYS: dict[str, Any] = {"plain": None, "default": {}, "every step": {"every": 1}}


def convnet() -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """Six convolutions with batch normalisation, on 64 images of 32 x 32."""
    layers: list[nn.Module] = []
    channels = 3
    for width, stride in ((32, 1), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1)):
        layers += [nn.Conv2d(channels, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        channels = width
    model = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10))
    return model, torch.randn(64, 3, 32, 32), torch.randint(0, 10, (64,))


class Transformer(nn.Module):
    """Four encoder layers of width 256 on 16 sequences of 128 tokens."""

    def __init__(self) -> None:
        super().__init__()
        layer = nn.TransformerEncoderLayer(256, 4, 1024, activation=F.gelu, batch_first=True, norm_first=True)
        self.body = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False)
        self.table, self.head = nn.Embedding(1000, 256), nn.Linear(256, 1000)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores of shape (n, 1000, tokens)."""
        return self.head(self.body(self.table(x))).transpose(1, 2)


def transformer() -> tuple[nn.Module, torch.Tensor, torch.Tensor]:
    """The model and its tokens."""
    x = torch.randint(0, 1000, (16, 128))
    return Transformer(), x, x.roll(-1, 1)


NETWORKS = {"convnet": convnet, "transformer": transformer}


def seconds(network: str, way: str, steps: int) -> float:
    """The time of a training of so many steps."""
    torch.manual_seed(0)
    model, x, y = NETWORKS[network]()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    options = WAYS[way]
    started = perf_counter()
    with nullcontext() if options is None else watch(model, **options):
        for _ in range(steps):
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
    return perf_counter() - started


def peak(network: str, way: str) -> int:
    """The most bytes that a training step needs above what was there before, in this process."""
    torch.manual_seed(0)
    model, x, y = NETWORKS[network]()
    options = WAYS[way]
    with nullcontext() if options is None else watch(model, **options):
        for _ in range(2):
            F.cross_entropy(model(x), y).backward()
        return peak_of(lambda: F.cross_entropy(model(x), y), lambda loss: loss.backward())[1]


def main(arguments: list[str]) -> None:
    """Measure and print."""
    if arguments[:1] == ["--peak"]:
        print(json.dumps(peak(*arguments[1:])))
        return
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=60, help="of each training")
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument("--network", choices=NETWORKS, action="append", help="(both)")
    given = parser.parse_args(arguments)
    steps = given.steps
    check_counters()
    for network in given.network or NETWORKS:
        plain, ratios = in_turns(network, steps, given.turns)
        peaks = {way: _peak_elsewhere(network, way) for way in WAYS}
        print(f"{network}: {1000 * plain / steps:.1f} ms a step, {steps} steps")
        for way, found in ratios.items():
            low, middle, high = (quantiles(found)[k] - 1 for k in range(3))
            more = f"{middle:+.1%} (half of the turns: {low:+.1%} to {high:+.1%})"
            print(f"  {way}: time {more}, peak memory {peaks[way] / peaks['plain'] - 1:+.1%}", flush=True)


def in_turns(network: str, steps: int, turns: int) -> tuple[float, dict[str, list[float]]]:
    """The median time without the doctor, and the ratios of each way with it."""
    watched = [way for way in WAYS if way != "plain"]
    plain = [seconds(network, "plain", steps)]
    ratios: dict[str, list[float]] = {way: [] for way in watched}
    for turn in range(turns):
        for way in watched if turn % 2 == 0 else reversed(watched):
            taken = seconds(network, way, steps)
            plain.append(seconds(network, "plain", steps))
            ratios[way].append(2 * taken / (plain[-2] + plain[-1]))
    return median(plain), ratios


def _peak_elsewhere(network: str, way: str) -> int:
    command = [sys.executable, __file__, "--peak", network, way]
    found: int = json.loads(subprocess.check_output(command, env={**os.environ, **ALLOCATOR}))
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
