"""The peak memory of a training step, by the kernel's own count of a process's resident pages (Linux).

Each measurement is a process of its own, `python -m softknee.lab.bench.peak_memory NETWORK ACTIVATION VARIANT`, whose
allocator gives large blocks back at once; so all is counted that a step touches: tensors, arrays, scratch of kernels.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from softknee.language.errors import ArgumentError, SoftkneeError

NETWORKS = ("mlp", "convnet")
VARIANTS = ("torch", "softknee", "save_output")
ACTIVATIONS = ("relu", "gelu", "silu", "mish")

_PROCESS = Path("/proc/self")
_RESET_PEAK = "5"
_STEPS = 3
_WIDTH, _TOKENS = 512, 4096
_IMAGES = 128
ALLOCATOR = {"MALLOC_MMAP_THRESHOLD_": "65536", "MALLOC_TRIM_THRESHOLD_": "0", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Peak:
    """The memory of a step in bytes above what was resident before it: kept after forward, and the peak."""

    network: str
    function: str
    variant: str
    kept: float
    peak: float


def check_counters() -> None:
    """Raise ArgumentError where the kernel does not count resident pages and their peak."""
    try:
        (_PROCESS / "clear_refs").write_text(_RESET_PEAK)
    except OSError as error:
        raise ArgumentError("bench", "memory", True, f"needs Linux's count of a process: {error.strerror}") from None


def resident_and_peak() -> tuple[int, int]:
    """The bytes resident now, and the most since the last reset."""
    lines = dict(line.split(":", 1) for line in (_PROCESS / "status").read_text(encoding="utf-8").splitlines())
    now, most = (int(lines[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return now, most


def peak_of(forward: Callable[[], Any], backward: Callable[[Any], object]) -> tuple[int, int]:
    """The bytes that a step keeps after forward, and its peak, both above what was resident before."""
    (_PROCESS / "clear_refs").write_text(_RESET_PEAK)
    before, _ = resident_and_peak()
    y = forward()
    after, _ = resident_and_peak()
    backward(y)
    del y
    _, most = resident_and_peak()
    return after - before, most - before


def measure(network: str, function: str, variant: str) -> Peak:
    """The peak of one step, measured in a process of its own."""
    command = [sys.executable, "-m", "softknee.lab.bench.peak_memory", network, function, variant]
    done = subprocess.run(command, env={**os.environ, **ALLOCATOR}, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise SoftkneeError(f"bench: {' '.join(command[1:])} failed: {said[-1] if said else 'it said nothing'}")
    return Peak(network, function, variant, **json.loads(done.stdout))


def everything() -> Iterator[Peak]:
    """The peaks of all networks with all activations, each in all its variants."""
    check_counters()
    for network, function, variant in plan():
        yield measure(network, function, variant)


def plan() -> list[tuple[str, str, str]]:
    """The measurements to make: network, activation and variant; `save="output"` where the module offers it."""
    from .saved_tensors import saving_output

    offered = {name for name in ACTIVATIONS if saving_output(name) is not None}
    return [
        (network, function, variant)
        for network in NETWORKS
        for function in ACTIVATIONS
        for variant in VARIANTS
        if variant != "save_output" or function in offered
    ]


def hidden_bytes(network: str) -> int:
    """The bytes of one activation's input, the largest of its network: a scale for the figures."""
    return 4 * (_TOKENS * 4 * _WIDTH if network == "mlp" else _IMAGES * 32 * 32 * 32)


def _activation(function: str, variant: str) -> Any:
    from softknee.functions.public import get
    from softknee.nn.modules import class_of, torch_class_of

    if variant == "save_output":
        return class_of(function)(save="output")
    made = class_of(function) if variant == "softknee" else torch_class_of(get(function))
    if made is None:
        raise ArgumentError("bench", "function", function, "has no class in torch.nn")
    return made()


def _network(network: str, function: str, variant: str) -> tuple[Any, Any]:
    import torch
    from torch import nn

    def activation() -> Any:
        return _activation(function, variant)

    if network == "mlp":
        wide = 4 * _WIDTH
        return nn.Sequential(nn.Linear(_WIDTH, wide), activation(), nn.Linear(wide, _WIDTH)), torch.randn(
            _TOKENS, _WIDTH
        )
    layers = (
        *(nn.Conv2d(3, 32, 3, padding=1), activation()),
        *(nn.Conv2d(32, 64, 3, stride=2, padding=1), activation()),
        *(nn.Conv2d(64, 64, 3, padding=1), activation()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)),
    )
    return nn.Sequential(*layers), torch.randn(_IMAGES, 3, 32, 32)


def _main(network: str, function: str, variant: str) -> None:
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(1)
    model, x = _network(network, function, variant)
    gradient = torch.ones_like(model(x))
    found = []
    for _ in range(2 + _STEPS):
        found.append(peak_of(lambda: model(x), lambda y: y.backward(gradient)))
    kept, most = zip(*found[2:])
    print(json.dumps({"kept": median(kept), "peak": median(most)}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
