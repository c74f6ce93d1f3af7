"""The machine of a run: processor and system in general terms, the load, and the versions of libraries."""

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
    """The place and time of a run."""

    processor: str
    cores: int
    system: str
    date: str
    versions: dict[str, str] = field(default_factory=dict)
    load: float | None = None  # the load average of the minute before: the programs that wanted a core

    @property
    def is_busy(self) -> bool:
        """True where other programs ran: times are then noisy, and threads wait for each other."""
        return self.load is not None and self.load > _QUIET * self.cores

    @property
    def title(self) -> str:
        """The processor, the number of cores and the system, as text."""
        return f"{self.processor}, {self.cores} core{'' if self.cores == 1 else 's'}, {self.system}"

    def as_dict(self) -> dict[str, Any]:
        """The fields as a dict that JSON can hold."""
        return asdict(self)


def this_machine() -> Machine:
    """The present machine, with the installed versions and the load."""
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
    """The instruction set and architecture, which decide the speed, without a brand."""
    kind = platform.machine().replace("_", "-")
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return kind
    widest = next((name for flag, name in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if f" {flag} " in flags), "")
    return f"{widest} {kind}".strip()
