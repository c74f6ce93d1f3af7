"""The view of a diagnosis in a terminal: verdict, findings, and a bar for each layer."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from softknee.doctor.diagnosis import Diagnosis
from softknee.doctor.finding import Finding
from softknee.doctor.rules import RULES

from .overview import Row, grouped, rows, shown, since

_STYLES = {"critical": "bold red", "warning": "yellow", "info": "cyan", "healthy": "bold green", "not judged": "yellow"}
_MARKS = {"critical": "✖", "warning": "▲", "info": "·"}
_BAR = 10
_WIDTH = 110


def as_text(diagnosis: Diagnosis) -> str:
    """The diagnosis as text of 110 columns, without colours."""
    stream = io.StringIO()
    Console(file=stream, width=_WIDTH, no_color=True, force_terminal=False).print(*render(diagnosis), sep="\n")
    return stream.getvalue().rstrip() + "\n"


def render(diagnosis: Diagnosis) -> Iterator[RenderableType]:
    """The parts for a console, in order."""
    yield _headline(diagnosis)
    for spot in diagnosis.remarks:
        yield Text(f"? {spot}", style="yellow")
    told = diagnosis.warnings
    for alike in grouped(told):
        yield from _group(alike)
    notes = [f for f in diagnosis.findings if f.severity == "info"]
    if notes:
        yield Text("\nFor information", style="bold")
        for finding in notes:
            yield Padding(Text(f"{_MARKS['info']} {finding.rule}, {finding.layer}: {finding.message}"), (0, 0, 0, 2))
    if diagnosis.evidence.shown:
        yield Text("\nLayers", style="bold")
        yield _layers(rows(diagnosis))


def _headline(diagnosis: Diagnosis) -> Text:
    verdict = diagnosis.verdict
    text = Text.assemble((diagnosis.model, "bold"), ": ", (verdict, _STYLES[verdict]))
    probes = len(diagnosis.evidence.history.snapshots)
    text.append(
        "   1 step seen" if diagnosis.steps == 1 else f"   {diagnosis.steps} steps seen, {probes} of them closely"
    )
    losses = diagnosis.evidence.losses
    if len(losses) > 1:
        text.append(f"; loss {losses[0][1]:.4g} → {losses[-1][1]:.4g}")
    return text


def _group(alike: list[Finding]) -> Iterator[RenderableType]:
    """Findings of one rule with one remedy: the first in words, the others by their places."""
    finding = alike[0]
    style = _STYLES[finding.severity]
    title = Text.assemble(
        "\n", (f"{_MARKS[finding.severity]} {RULES[finding.rule].title}", style), f"   {finding.layer}"
    )
    yield title
    yield _line("", f"{finding.message[:1].upper()}{finding.message[1:]}, {since(finding)}.")
    if len(alike) > 1:
        yield _line("also", ", ".join(f"{f.layer} ({shown(f)})" for f in alike[1:]))
    if finding.cause:
        yield _line("cause", finding.cause)
    if finding.remedy:
        yield _line("remedy", finding.remedy)
    if finding.tried:
        yield _line("tried", finding.tried)


def _line(title: str, text: str) -> Padding:
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", min_width=6 if title else 0)
    table.add_column(overflow="fold")
    table.add_row(title, Text(text)) if title else table.add_row(Text(text))
    return Padding(table, (0, 0, 0, 2))


def _layers(found: list[Row]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("activation", overflow="fold")
    for title in ("dead", "flat", "std", "gradient, log10"):
        table.add_column(title)
    for row in found:
        style = _STYLES.get(row.severity, "")
        name = Text(row.site.key, style=style) + Text(f"  {row.site.name}", style="dim")
        gradient = f"{row.log_gradient:+.1f}" if math.isfinite(row.log_gradient) else "–"
        std = f"{row.std:.3g}" if math.isfinite(row.std) else "–"
        table.add_row(name, _bar(row.dead), _bar(row.flat), std, gradient)
    return table


def _bar(share: float) -> Text:
    if not math.isfinite(share):
        return Text("–")
    full = round(share * _BAR)
    style = "red" if share > 0.5 else "yellow" if share > 0.1 else "green"
    return Text("█" * full + "░" * (_BAR - full), style=style) + Text(f" {share:4.0%}", style="default")
