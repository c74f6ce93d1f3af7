"""The accuracy measurement in a terminal: a progress bar, and a table."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from . import formatting
from .measure import KINDS, Measurement
from .run import Plan, Report, Task


class Tracker(AbstractContextManager["Tracker"]):
    """A progress bar that shows the function and dtype done last."""

    def __init__(self, plan: Plan, console: Console | None = None) -> None:
        self._progress = Progress(
            TextColumn("Measuring"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("remaining"),
            TimeRemainingColumn(),
            TextColumn("[dim]{task.description}"),
            console=console or Console(stderr=True),
            transient=True,
        )
        self._bar = self._progress.add_task("starting", total=len(plan.tasks))

    def __enter__(self) -> Tracker:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, task: Task) -> None:
        """Advance the bar by a task that is done."""
        self._progress.update(self._bar, advance=1, description=f"{task.function} · {task.dtype}")


def table(report: Report) -> RenderableType:
    """The table with a row for each function, dtype and library."""
    made = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("function", "dtype", "library"):
        made.add_column(heading, no_wrap=True)
    for heading in ("f: ulp", "at", "f′: ulp", "at"):
        made.add_column(heading, justify="right", no_wrap=True)
    made.add_column("")
    before = ("", "")
    for (function, dtype, library), specs in _rows(report).items():
        made.add_row(
            "" if before == (function, dtype) else Text(function, style="bold"),
            "" if before == (function, dtype) else dtype,
            library,
            *_error(specs.get("value")),
            *_error(specs.get("slope")),
            Text(formatting.CROSS, style="bold red") if any(m.outright for m in specs.values()) else "",
        )
        before = (function, dtype)
    return Group(made, *_wrong(report), Text(""), Padding(Text(_closing(report), style="dim"), (0, 1)))


def _closing(report: Report) -> str:
    lines = ["ulp: the largest error over all points that are not wrong outright."]
    there = {flaw.kind for m in report.measurements for flaw in m.flaws}
    lines += [f"{formatting.SHORT[kind]}: {meaning}" for kind, meaning in KINDS.items() if kind in there]
    if report.is_interrupted:
        done = len({(m.function, m.dtype) for m in report.measurements})
        lines.append(f"Interrupted: {done} of {len(report.plan.tasks)} were measured.")
    return "\n".join(lines)


def _rows(report: Report) -> dict[tuple[str, str, str], dict[str, Measurement]]:
    rows: dict[tuple[str, str, str], dict[str, Measurement]] = {}
    for m in sorted(report.measurements, key=lambda m: m.library != "softknee"):
        rows.setdefault((m.function, m.dtype, m.library), {})[m.spec] = m
    order = {name: at for at, name in enumerate(report.plan.libraries)}
    tasks = {(t.function, t.dtype): at for at, t in enumerate(report.plan.tasks)}
    return dict(sorted(rows.items(), key=lambda item: (tasks[item[0][:2]], order[item[0][2]])))


def _error(found: Measurement | None) -> tuple[Text, str]:
    if found is None:
        return Text(formatting.NONE, style="dim"), ""
    style = "" if found.worst <= 1 else "yellow" if found.worst <= 4 else "red"
    return Text(formatting.ulps(found.worst), style=style), formatting.point(found.at)


def _wrong(report: Report) -> list[Text]:
    """A line for each flaw: its kind, the number of points, and an example."""
    flawed = [m for m in report.measurements if m.flaws]
    lines = [Text("\nWhat is wrong: points, and an example", style="bold")] if flawed else []
    for m in flawed:
        text = Text(f"{m.function} {m.dtype} {m.library}, {formatting.SPEC_SIGNS[m.spec]}:")
        for flaw in sorted(m.flaws, key=lambda f: not f.is_outright):
            text.append(f"\n    {formatting.flaw(flaw)}", style="red" if flaw.is_outright else "dim")
        lines.append(text)
    return lines
