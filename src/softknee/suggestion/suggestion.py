"""The result of `suggest`: a ranking with its doubts, and its view in a terminal.

Not here: how it is found (run.py), and the rule of the score (rule.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from .domain import Setting
from .features import MEANINGS
from .rule import Quality

if TYPE_CHECKING:
    from rich.console import RenderableType

WARNING = "Do not rely on this here."


@dataclass(frozen=True)
class Row:
    """One activation: its rank, its score with the deviation over seeds, and the features that the score was made of.

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

    Args:
        rows: A row for each activation, the most promising first.
        setting: The kind of the network and of its targets.
        doubts: Sentences on why the ranking is not to be relied on, none where it is.
        quality: The agreement with training of such rankings, "suggest", and of rivals, where nothing was chosen by it.
        seeds: The count of seeds that the network was built with.
        seconds: The time that it took.

    >>> setting = Setting("dense", 3, "classes", "non-linear")
    >>> Suggestion([Row(1, "mish", 0.4, 0.1), Row(2, "relu", 0.1, 0.1)], setting, [], {}, 2, 1.0).ranking
    ['mish', 'relu']
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
        """True where this network is like those on which the ranking was seen to agree with training."""
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
        return _shown(self)

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(width=100, no_color=True, highlight=False)
        with console.capture() as capture:
            console.print(self)
        return capture.get()


def _shown(suggestion: Suggestion) -> RenderableType:
    """The ranking, and before it the verdict on its reliability."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", justify="right")
    table.add_column("activation", no_wrap=True)
    table.add_column("score", justify="right")
    names = list(suggestion.rows[0].features)
    for name in names:
        table.add_column(name.replace("_", " "), justify="right")
    for row in suggestion.rows:
        if row.reason:
            table.add_row(str(row.rank), row.activation, Text(row.reason, style="red"))
        else:
            score = f"{row.score:.2f} ± {row.deviation:.2f}"
            cells = [f"{row.features[name]:.2f}" for name in names]
            table.add_row(str(row.rank), row.activation, *(cell.replace("-", "−") for cell in (score, *cells)))
    title, closing = Text("A first guess, without training", style="bold"), Text(_closing(suggestion), style="dim")
    return Group(title, Text(*_verdict(suggestion)), Text(""), table, Text(""), closing)


def _verdict(suggestion: Suggestion) -> tuple[str, str]:
    """The verdict on the ranking's reliability, and the style to print it in."""
    if suggestion.reliable:
        return "This network is like those on which such rankings agreed with training.", ""
    return "\n".join([WARNING, *(f"  · {doubt}" for doubt in suggestion.doubts)]), "yellow"


def _closing(suggestion: Suggestion) -> str:
    setting = suggestion.setting
    names = suggestion.rows[0].features
    lines = [f"{name}: {meaning}" for name, meaning in MEANINGS.items() if name in names]
    judged = "; ".join(f"{name} {quality}" for name, quality in suggestion.quality.items())
    seeds = f"{suggestion.seeds} seed{'s' if suggestion.seeds > 1 else ''}"
    return "\n".join([
        f"Seen: {setting.kind}, {setting.depth} activations in a row; {setting.outputs}, {setting.targets}; "
        f"{seeds} in {suggestion.seconds:.1f} s.",
        *lines,
        f"Spearman correlation with training on problems that nothing was chosen by: {judged}.",
        "What decides is training: softknee.compare.",
    ])  # fmt: skip
