"""Claims and verdicts in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Rich

from . import formatting
from .bilingual import Language, Text
from .claim import Claim
from .pictures import shown_range
from .run import Record
from .verdict import Judged, PartVerdict, Word

_COLOURS: dict[Word, str] = {
    "holds": "green",
    "does not hold": "red",
    "depends": "yellow",
    "cannot be told": "bright_black",
}
_WIDE = 31
_NOT_YET = Text("not measured", "尚未测量")
_SOURCE = Text("Said by", "出处")
_MEASURED = Text("measured", "测量")


def overview(claims: Sequence[Claim], records: Sequence[Record | None], language: Language) -> Table:
    """The table of all claims with their verdicts, as far as they are measured."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(justify="right")
    table.add_column(no_wrap=True, style="bold")
    table.add_column()
    table.add_column()
    for claim, record in zip(claims, records, strict=True):
        said = Rich(_NOT_YET.in_(language), style="bright_black") if record is None else verdict(record, language)
        table.add_row(str(claim.number), claim.name, claim.statement.in_(language), said)
    return table


def verdict(record: Record, language: Language) -> Rich:
    """A claim's verdict in colour."""
    found = record.verdict
    return Rich(formatting.claim_verdict(found, language), style=_COLOURS[found.word])


def about(claim: Claim, language: Language) -> RenderableType:
    """A claim's statement, why people believe it, and how it would be decided."""
    lines = [
        Rich(f"{claim.number}. {claim.statement.in_(language)}", style="bold"),
        Rich(claim.belief.in_(language)),
        Rich(f"{_SOURCE.in_(language)}: {claim.source}", style="bright_black"),
        Rich(claim.setting.in_(language)),
    ]
    for part in claim.parts:
        lines.append(Rich(f"• {part.statement.in_(language)}", style="bold"))
        lines.append(
            Rich(f"  {_MEASURED.in_(language)}: {part.measured.in_(language)}; {formatting.rule(part, language)}")
        )
    return Group(*lines)


def result(record: Record, language: Language) -> RenderableType:
    """The verdict with each part's effects, their intervals, and a picture of these in signs."""
    head = Rich(f"\n{record.claim.number}. {record.claim.statement.in_(language)} ", style="bold")
    shown: list[RenderableType] = [head + verdict(record, language)]
    for part in record.verdict.parts:
        line = Rich(f"  {part.part.statement.in_(language)} ")
        shown += [
            line + Rich(formatting.part_verdict(part, language), style=_COLOURS[part.word]),
            _effects(part, language),
        ]
    return Group(*shown)


def _effects(part: PartVerdict, language: Language) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), show_header=False)
    for _ in range(3):
        table.add_column(no_wrap=True)
    for one in part.judged:
        colour = _COLOURS[one.word]
        table.add_row(
            f"    {formatting.condition(one.effect.condition, language)}",
            Rich(bar(one, part), style=colour),
            Rich(formatting.effect(one.interval, part.part.unit, language), style=colour),
        )
    return table


def bar(one: Judged, part: PartVerdict) -> str:
    """The interval as a line of signs: ● the mean, ┊ the smallest effect that matters, │ zero."""
    low, high = shown_range(part)

    def place(value: float) -> int:
        return max(0, min(_WIDE - 1, round((value - low) / (high - low) * (_WIDE - 1))))

    signs = [" "] * _WIDE
    signs[place(0.0)] = "│"
    for edge in (part.part.least,) if part.part.kind != "same" else (-part.part.least, part.part.least):
        signs[place(edge)] = "┊"
    found = one.interval
    if isfinite(found.low) and isfinite(found.high):
        for at in range(place(found.low), place(found.high) + 1):
            signs[at] = "─"
    if isfinite(found.mean):
        signs[place(found.mean)] = "●"
    return "".join(signs)
