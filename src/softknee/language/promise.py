"""How far off a function may be: what its definition promises, in ulps."""

from __future__ import annotations

from dataclasses import dataclass

# How near a root is near.
NEAR = 0.2


@dataclass(frozen=True)
class Promise:
    """The most ulps that a value or slope may be off, within NEAR of a root of either, where terms cancel, maybe more.

    Tests hold every function to it, and it to twice what is measured.
    """

    half: float = 0.501  # float16 and bfloat16
    single: float = 0.6
    double: float = 0.6
    single_near_root: float = 0.7
    double_near_root: float = 1.0

    def bound(self, dtype: str, near_root: bool = False) -> float:
        """The bound in a dtype."""
        if dtype in ("float16", "bfloat16"):
            return self.half
        single, double = (self.single_near_root, self.double_near_root) if near_root else (self.single, self.double)
        return single if dtype == "float32" else double


# What holds for a definition that does not say otherwise.
USUAL = Promise()
