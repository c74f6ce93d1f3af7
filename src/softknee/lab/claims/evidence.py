"""`Evidence`: the measurements of an experiment, as plain data that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# The factors that are varied, with their values: {"depth": "8", "data": "digits"}.
Condition = Mapping[str, str]


@dataclass(frozen=True)
class Effect:
    """The effect that a part of a claim speaks of, under one condition: a value for each seed.

    `overlap` is the number of test samples over that of training samples where seeds split the same data anew. `lost`
    counts the seeds that gave no number, as after a divergence.
    """

    part: str
    condition: dict[str, str]
    values: tuple[float, ...]
    overlap: float = 0.0
    lost: int = 0


@dataclass(frozen=True)
class Line:
    """A line of a picture: the mean over seeds at each x, with the range of the middle of the seeds."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class Panel:
    """A picture of the measurements, beside the effects; `dots` are not joined; `ticks` name x = 0, 1, ...."""

    title: str
    x: str
    y: str
    lines: tuple[Line, ...]
    log_x: bool = False
    log_y: bool = False
    percent: bool = False
    dots: bool = False
    ticks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """The effects, which decide, and the panels, which illustrate."""

    effects: tuple[Effect, ...]
    panels: tuple[Panel, ...] = field(default=())

    def of(self, part: str) -> list[Effect]:
        """The effects of a part."""
        return [effect for effect in self.effects if effect.part == part]

    def as_json(self) -> dict[str, Any]:
        """The evidence as a dict that JSON can hold."""
        return asdict(self)

    @staticmethod
    def of_json(kept: dict[str, Any]) -> Evidence:
        """The evidence of a dict that `as_json` made."""
        effects = tuple(Effect(**{**each, "values": tuple(each["values"])}) for each in kept["effects"])
        panels = tuple(
            Panel(**{**each, "ticks": tuple(each["ticks"]), "lines": tuple(map(_line, each["lines"]))})
            for each in kept["panels"]
        )
        return Evidence(effects, panels)


def _line(kept: dict[str, Any]) -> Line:
    points = {name: tuple(kept[name]) for name in ("x", "y", "low", "high")}
    return Line(kept["label"], **points)
