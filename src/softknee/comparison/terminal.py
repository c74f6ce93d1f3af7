"""The comparison in a terminal: a progress bar, and a table per task."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from . import words
from .analyse import Row, overview, verdict
from .problem import Problem
from .result import Result

if TYPE_CHECKING:
    from .outcome import Outcome


@contextmanager
def shown(total: int, doing: str, console: Console | None = None) -> Iterator[Callable[[Result], None]]:
    """Shows how far it is and how long it will take; gives what is to be called with each result."""
    progress = Progress(
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("remaining"),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.description}"),
        console=console or Console(stderr=True),
        transient=True,
    )

    def tell(result: Result) -> None:
        what = f"seed {result.seed}" if result.stage == "final" else f"learning rate {result.rate:.2g}"
        text = escape(f"{result.task} · {result.activation} · {what}{' failed' if result.failed else ''}")
        progress.update(bar, advance=1, description=text)

    with progress:
        bar = progress.add_task("starting", total=total)
        yield tell


def tables(comparison: Outcome) -> RenderableType:
    """The whole comparison."""
    rows, problems = comparison.rows, comparison.problems
    parts: list[RenderableType] = []
    for task in dict.fromkeys(row.task for row in rows):
        of_task = [row for row in rows if row.task == task]
        parts += [_heading(problems[task].title, problems[task].about), _table(problems[task], of_task)]
        parts += [Text(verdict(of_task), style="italic"), *_failures(of_task), Text("")]
    shown = dict.fromkeys(row.task for row in rows)
    if len(shown) > 1:
        meaning = "Rank on each; ● not told apart from the best there."
        parts += [_heading("All tasks", meaning), _overview(rows, list(shown)), Text("")]
    parts += [Text(note, style="yellow") for note in comparison.notes]
    parts.append(Padding(Text(_closing(comparison), style="dim"), (0, 1)))
    return Group(*parts)


def _heading(title: str, about: str) -> Text:
    return Text.assemble((title, "bold"), "  ", (about, "dim"))


def _table(problem: Problem, rows: list[Row]) -> Table:
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        header_style="dim",
    )
    table.add_column("")
    table.add_column("activation", no_wrap=True)
    table.add_column(problem.metric.name, justify="right", no_wrap=True)
    for heading in ("to best", "per epoch", "dead", "gradient", "parameters"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        style = "" if row.leads else "red" if not row.seeds else "dim"
        table.add_row(
            "●" if row.leads else " ",
            Text(row.activation, style="bold" if row.leads else ""),
            words.score(row),
            words.behind(row),
            words.milliseconds(row),
            words.dead(row),
            words.ratio(row.gradient_ratio),
            f"{row.parameters:,}" if row.parameters else words.NONE,
            style=style,
        )
    return table


def _failures(rows: list[Row]) -> list[Text]:
    return [
        Text(f"{row.activation}: {words.count(row.failed, 'run')} failed: {row.reason}", style="red")
        for row in rows
        if row.failed
    ]


def _overview(rows: list[Row], tasks: list[str]) -> Table:
    table = Table(
        box=None,
        padding=(0, 2, 0, 0),
        header_style="dim",
    )
    table.add_column("activation", no_wrap=True)
    table.add_column("mean rank", justify="right")
    for task in tasks:
        table.add_column(task, justify="right", no_wrap=True)
    for name, mean_rank, by_task in overview(rows):
        cells = [by_task.get(task) for task in tasks]
        marks = ["" if row is None else f"{'● ' if row.leads else ''}{row.rank}" for row in cells]
        table.add_row(name, f"{mean_rank:.1f}", *marks)
    return table


def _closing(comparison: Outcome) -> str:
    plan, done = comparison.plan, len(comparison.results) + len(comparison.tried)
    lines = [f"{heading}: {meaning}" for heading, meaning in words.COLUMNS.items()]
    head = f"{done} of {words.count(plan.size, 'run')} in {words.duration(comparison.seconds)}"
    if comparison.interrupted:
        head = f"Interrupted: {head}; what follows from them is above"
    return "\n".join([*lines, "", head + "."])
