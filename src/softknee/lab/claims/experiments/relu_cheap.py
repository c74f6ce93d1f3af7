"""Experiment 4: the time that ReLU saves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import log2
from typing import Any

import torch
from torch import Tensor, nn

from softknee.functions.public import get
from softknee.lab.bench.clock import Pace, Timing, measure, timed
from softknee.lab.claims.bilingual import Text
from softknee.lab.claims.claim import Part, claim
from softknee.lab.claims.effects import effect
from softknee.lab.claims.evidence import Evidence, Line, Panel
from softknee.lab.claims.lab import Setup, network
from softknee.lab.claims.scale import Scale

_NAMES = ("relu", "sigmoid", "tanh")
_SIZES = (10_000, 1_000_000)
_LEAST = 0.32  # log2 of 1.25: a quarter more time


def _function(kernel: str, name: str) -> Callable[[Tensor], Tensor]:
    found: Callable[[Tensor], Tensor] = getattr(torch, name) if kernel == "torch" else get(name)
    return found


def _forward(function: Callable[[Tensor], Tensor], x: Tensor) -> object:
    with torch.no_grad():
        return function(x)


def _both(function: Callable[[Tensor], Tensor], x: Tensor, g: Tensor) -> object:
    return torch.autograd.grad(function(x), x, g)


def _step(model: nn.Module, optimiser: torch.optim.Optimizer, x: Tensor, y: Tensor) -> object:
    optimiser.zero_grad()
    nn.functional.cross_entropy(model(x), y).backward()  # type: ignore[no-untyped-call]
    return optimiser.step()


def _calls(kernel: str, kind: str, size: int) -> dict[str, Callable[[], object]]:
    random = torch.Generator().manual_seed(0)
    x = torch.randn(size, generator=random)
    g = torch.randn(size, generator=random)
    if kind == "forward":
        return {name: partial(_forward, _function(kernel, name), x) for name in _NAMES}
    leaf = x.requires_grad_()
    return {name: partial(_both, _function(kernel, name), leaf, g) for name in _NAMES}


def _training(width: int) -> dict[str, Callable[[], object]]:
    random = torch.Generator().manual_seed(0)
    x, y = torch.randn(128, 64, generator=random), torch.randint(0, 10, (128,), generator=random)
    found: dict[str, Callable[[], object]] = {}
    for name in _NAMES:
        model = network(Setup(name, width=width, depth=3), 0)
        found[name] = partial(_step, model, torch.optim.SGD(model.parameters(), lr=0.01), x, y)
    return found


def _times(calls: dict[str, Callable[[], object]], scale: Scale) -> list[dict[str, Timing]]:
    """Several measurements; in each, the functions take turns and their medians are compared."""
    pace = Pace(rounds=5, span=0.01 * scale.share)
    batches: dict[str, Any] = {name: partial(timed, call) for name, call in calls.items()}
    return [measure(batches, pace) for _ in scale.seeds(7)]


def _part(name: str, statement: Text, unit: Text) -> Part:
    return Part(name, statement, unit, "more", _LEAST, "times")


_FORWARD = Text("how many times ReLU's time the other takes", "对方所需时间是 ReLU 的多少倍")
_TRAINING = Text("how many times as long a step of training takes", "一步训练所需时间是 ReLU 网络的多少倍")


@claim(
    number=4,
    name="relu-cheap",
    statement=Text(
        "ReLU costs less time than sigmoid and tanh, forward and backward.",
        "ReLU 比 sigmoid 和 tanh 更省时间，前向与反向都是。",
    ),
    belief=Text(
        "One comparison instead of an exponential, and a mask as the slope.",
        "只需一次比较，不用指数；斜率只是一个掩码。",
    ),
    source="Glorot, Bordes & Bengio 2011; Krizhevsky, Sutskever & Hinton 2012",
    setting=Text(
        "One thread, float32, torch's kernels and softknee's; the functions take turns, and medians of five turns are "
        "compared, seven times. A step of training is that of three hidden layers with SGD on 128 samples.",
        "单线程，float32，torch 与 softknee 的内核；各函数轮流计时，比较五轮的中位数，重复七次。"
        "一步训练指三个隐藏层、128 个样本、SGD。",
    ),
    parts=(
        _part("sigmoid", Text("Sigmoid takes longer than ReLU.", "Sigmoid 比 ReLU 费时。"), _FORWARD),
        _part("tanh", Text("Tanh takes longer than ReLU.", "Tanh 比 ReLU 费时。"), _FORWARD),
        _part("training", Text("So does a step of training.", "一步训练也是如此。"), _TRAINING),
    ),
)
def relu_cheap(scale: Scale) -> Evidence:
    """Measure the times of the functions in turns."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _measured(scale)
    finally:
        torch.set_num_threads(threads)


def _measured(scale: Scale) -> Evidence:
    effects, lines = [], []
    sizes = scale.pick(_SIZES)
    for kernel in ("torch", "softknee"):
        for kind in ("forward", "forward and backward"):
            took: dict[str, list[float]] = {name: [] for name in _NAMES}
            for size in sizes:
                times = _times(_calls(kernel, kind, size), scale)
                for name in _NAMES:
                    took[name].append(min(each[name].median for each in times) / size * 1e9)
                for name in ("sigmoid", "tanh"):
                    ratios = [log2(each[name].ratio(each["relu"])) for each in times]
                    effects.append(effect(name, {"kernel": kernel, "pass": kind, "elements": f"{size:,}"}, ratios))
            if kind == "forward":
                lines += [Line(f"{kernel} {name}", tuple(map(float, sizes)), tuple(took[name])) for name in _NAMES]
    for width in scale.pick((64, 512)):
        times = _times(_training(width), scale)
        for name in ("sigmoid", "tanh"):
            ratios = [log2(each[name].ratio(each["relu"])) for each in times]
            effects.append(effect("training", {"function": name, "width": width}, ratios))
    panel = Panel("forward", "elements", "ns per element", tuple(lines), log_x=True, log_y=True)
    return Evidence(tuple(effects), (panel,))
