"""A suggestion in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from .features import MEANINGS
from .suggestion import WARNING

if TYPE_CHECKING:
    from .suggestion import Suggestion


def shown(suggestion: Suggestion) -> RenderableType:
    """The ranking, and first of all whether it may be relied on."""
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
    return Group(Text("A first guess, without training", style="bold"), _verdict(suggestion), Text(""), table, Text(""),
                 Text(_closing(suggestion), style="dim"))  # fmt: skip


def _verdict(suggestion: Suggestion) -> Text:
    if suggestion.reliable:
        return Text("This network is like those on which such rankings agreed with training.")
    return Text("\n".join([WARNING, *(f"  · {doubt}" for doubt in suggestion.doubts)]), style="yellow")


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
