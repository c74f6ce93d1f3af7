"""What `suggest` returns."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from .domain import Setting
from .rule import Quality

WARNING = "Do not rely on this here."


@dataclass(frozen=True)
class Row:
    """An activation's place, its score with the deviation over seeds, and what the score was made of.

    `reason`: why it has no score, empty where it has one.
    """

    rank: int
    activation: str
    score: float
    deviation: float
    reason: str = ""
    features: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Suggestion:
    """A ranking that no training went into: `print` it, or look at `.ranking`, `.table`, `.reliable` and `.doubts`.

    `quality`: how well such rankings, "suggest", and rivals agreed with training where nothing was chosen by it.
    """

    rows: list[Row]
    setting: Setting
    doubts: list[str]
    quality: dict[str, Quality]
    seeds: int
    seconds: float

    @property
    def ranking(self) -> list[str]:
        """The activations, the most promising first."""
        return [row.activation for row in self.rows]

    @property
    def reliable(self) -> bool:
        """Whether this network is like those on which the ranking was seen to agree with training."""
        return not self.doubts

    @property
    def table(self) -> list[dict[str, Any]]:
        """The rows as dicts, as `pandas.DataFrame` takes them."""
        made = []
        for row in self.rows:
            cells = asdict(row)
            made.append({**cells, **cells.pop("features")})
        return made

    def __rich__(self) -> Any:
        from .terminal import shown

        return shown(self)

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(width=100, no_color=True, highlight=False)
        with console.capture() as capture:
            console.print(self)
        return capture.get()
