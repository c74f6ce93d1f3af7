"""What it was measured on: the machine in general terms, and the versions."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from softknee.targets.numpy.threads import available_cores

_PACKAGES = ("softknee", "torch", "jax", "numpy", "scipy", "numexpr", "onnxruntime", "torch_activation")
_QUIET = 0.5


@dataclass(frozen=True)
class Machine:
    """Where and when a run took place."""

    processor: str
    cores: int
    system: str
    date: str
    versions: dict[str, str] = field(default_factory=dict)
    load: float | None = None  # how many programs wanted a core in the minute before

    @property
    def is_busy(self) -> bool:
        """Whether other programs ran: times are then noisy, and threads wait for each other."""
        return self.load is not None and self.load > _QUIET * self.cores

    @property
    def title(self) -> str:
        """In a few words."""
        return f"{self.processor}, {self.cores} core{'' if self.cores == 1 else 's'}, {self.system}"

    def as_dict(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def this_machine() -> Machine:
    """The machine and the installed versions, now."""
    found = {"Python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d")
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    return Machine(_processor(), available_cores(), platform.system(), now, found, load)


def _processor() -> str:
    """The instruction set and architecture: what decides the speed, without a brand."""
    kind = platform.machine().replace("_", "-")
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return kind
    widest = next((name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if f" {flag} " in flags), "")
    return f"{widest} {kind}".strip()
