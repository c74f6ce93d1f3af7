"""`Scale`: how thoroughly experiments are carried out, from a quick trial to the full one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from softknee.language.errors import ArgumentError

T = TypeVar("T")

# The first of the seeds on which learning rates are tuned, which are none of those that are compared.
_TUNING = 1000


@dataclass(frozen=True)
class Scale:
    """The extent of experiments: the most seeds, the share of the epochs, and `one` to vary nothing."""

    name: str
    share: float = 1.0
    most: int = 100
    one: bool = False

    def seeds(self, wanted: int = 6) -> range:
        """The seeds to be compared."""
        return range(min(wanted, self.most))

    def tuning(self, wanted: int = 2) -> range:
        """The seeds on which learning rates are chosen; where there are none, the middle rate is taken."""
        return range(_TUNING, _TUNING + (0 if self.one else wanted))

    def epochs(self, wanted: int) -> int:
        """The number of epochs, of `wanted` ones in full."""
        return max(1, round(wanted * self.share))

    def pick(self, options: Sequence[T]) -> list[T]:
        """The values of a factor to measure: all, or with `one` the middle one."""
        return list([options[len(options) // 2]] if self.one else options)


SCALES = {"quick": Scale("quick", share=0.05, most=2, one=True), "full": Scale("full")}


def scale_named(name: str) -> Scale:
    """The scale of this name; raises ArgumentError for another."""
    if name not in SCALES:
        raise ArgumentError("claims", "scale", name, f"must be one of {', '.join(SCALES)}")
    return SCALES[name]
