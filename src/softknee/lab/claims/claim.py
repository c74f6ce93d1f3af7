"""`Claim`: a common statement, why people believe it, and what an experiment must show for it to hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal

from softknee.language.errors import ArgumentError

from .bilingual import Text
from .evidence import Evidence
from .scale import Scale

# "more": the effect is at least `least`; "no more": it is below; "same": its size is below, whichever the sign.
Kind = Literal["more", "no more", "same"]
# The unit of an effect: percentage points, a share, a base-2 logarithm of a ratio, a base-10 one, or a number.
Unit = Literal["points", "share", "times", "decades", "number"]


@dataclass(frozen=True)
class Part:
    """One statement of a claim with one effect; `least` is the smallest effect that matters, fixed before measuring."""

    name: str
    statement: Text
    measured: Text
    kind: Kind
    least: float
    unit: Unit


@dataclass(frozen=True)
class Claim:
    """A common statement and the experiment on it."""

    number: int
    name: str
    statement: Text
    belief: Text
    source: str
    setting: Text
    parts: tuple[Part, ...]
    measure: Callable[[Scale], Evidence]

    def part(self, name: str) -> Part:
        """The part of the claim with this name."""
        return next(part for part in self.parts if part.name == name)


_CLAIMS: dict[str, Claim] = {}


def claim(
    number: int, name: str, statement: Text, belief: Text, source: str, setting: Text, parts: tuple[Part, ...]
) -> Callable[[Callable[[Scale], Evidence]], Callable[[Scale], Evidence]]:
    """A decorator that registers an experiment as the one on a claim."""

    def register(measure: Callable[[Scale], Evidence]) -> Callable[[Scale], Evidence]:
        _CLAIMS[name] = Claim(number, name, statement, belief, source, setting, parts, measure)
        return measure

    return register


def claims() -> list[Claim]:
    """All claims, by number."""
    from . import experiments

    for module in iter_modules(experiments.__path__):
        import_module(f"{experiments.__name__}.{module.name}")
    return sorted(_CLAIMS.values(), key=lambda claim: claim.number)


def claims_named(names: list[str] | None = None) -> list[Claim]:
    """The claims of these names or numbers, or all; raises ArgumentError for one that is not known."""
    known = claims()
    by_name = {claim.name: claim for claim in known} | {str(claim.number): claim for claim in known}
    for name in names or ():
        if name not in by_name:
            raise ArgumentError(
                "claims", "name", name, f"is not known; the claims are {', '.join(claim.name for claim in known)}"
            )
    return sorted({by_name[name].number: by_name[name] for name in names}.values(), key=_number) if names else known


def _number(claim: Claim) -> int:
    return claim.number
