"""The comparison in a terminal: a progress bar, a table for each task, and sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.markup import escape
from rich.measure import Measurement
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from . import formatting
from .analyse import Row
from .problem import Problem
from .ranks import Ranking
from .result import Result
from .statements import edges, on_ranks, outlook, verdict

if TYPE_CHECKING:
    from .outcome import Outcome

# The most letters of groups that a table shows; more are unreadable, and left to the report.
_LETTERS = 8
# The columns that are left out where a terminal is too narrow, the first one first.
_SPARED = ("memory", "gradient", "dead", "step", "rate", "to best")


@contextmanager
def shown(total: int, doing: str, console: Console | None = None) -> Iterator[Callable[[Result], None]]:
    """A progress bar on stderr with the time left; gives a function to be called with each result."""
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
    """The tables and sentences of the whole comparison."""
    analysis, problems = comparison.analysis, comparison.problems
    spared: list[Sequence[str]] = []
    parts: list[RenderableType] = [Text(note, style="yellow") for note in comparison.notes]
    parts += [Text("")] if parts else []
    tasks = list(dict.fromkeys(row.task for row in analysis.rows))
    for task in tasks:
        rows = [row for row in analysis.rows if row.task == task]
        pairs = [pair for pair in analysis.pairs if pair.task == task]
        said = " ".join(filter(None, (verdict(rows, pairs), outlook(pairs), edges(rows, comparison.tried))))
        parts += [_heading(problems[task].title, problems[task].about), _Table(problems[task], rows, spared)]
        parts += [*_failures(rows), Text(said, style="italic"), Text("")]
    if len(tasks) > 1:
        ranks = comparison.ranks
        parts += [_heading("All tasks", "mean rank over the seeds of each task; ● not told apart from the best there")]
        parts += [_ranking(ranks, analysis.rows), Text(on_ranks(ranks), style="italic"), Text("")]
    parts += [_Meanings(spared), Text(""), Text(_closing(comparison), style="dim")]
    return Group(*parts)


def _heading(title: str, about: str) -> Text:
    return Text.assemble((title, "bold"), "  ", (about, "dim"))


def _plain_table(*headings: str) -> Table:
    """An empty table without borders: names to the left, numbers to the right."""
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="dim")
    for at, heading in enumerate(headings):
        # Only names may break into two lines.
        table.add_column(Text(heading), justify="right" if at > 1 else "left", no_wrap=at != 1, overflow="fold")
    return table


@dataclass
class _Table:
    """A task's table with as many columns as there is room for; those that are left out are added to `spared`."""

    problem: Problem
    rows: list[Row]
    spared: list[Sequence[str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for count in range(len(_SPARED) + 1):
            without = _SPARED[:count]
            table = _table(self.problem, self.rows, without)
            if Measurement.get(console, options.update(max_width=1000), table).maximum <= options.max_width:
                break
        self.spared.append(without)
        yield table


def _table(problem: Problem, rows: list[Row], without: Sequence[str]) -> Table:
    digits = formatting.decimals(rows)
    is_lettered = all(len(row.groups) <= _LETTERS for row in rows)
    rest: dict[str, Callable[[Row], str]] = {
        "to best": lambda row: formatting.behind(row, digits),
        "rate": lambda row: formatting.rate(row.rate),
        "step": lambda row: formatting.milliseconds(row.step_seconds),
        "memory": lambda row: formatting.memory(row.peak_bytes),
        "dead": lambda row: formatting.share(row.dead_share),
        "gradient": lambda row: formatting.ratio(row.gradient_ratio),
    }
    rest = {heading: of for heading, of in rest.items() if heading not in without}
    table = _plain_table("group", "activation", formatting.metric(problem.metric), *rest)
    for row in rows:
        table.add_row(
            Text(f"{'●' if row.leads else ' '} {row.groups if is_lettered else ''}"),
            Text(row.activation, style="bold" if row.leads else ""),
            formatting.score(row, digits),
            *(Text(of(row)) for of in rest.values()),
            style="" if row.leads else "red" if not row.seeds else "dim",
        )
    return table


def _failures(rows: list[Row]) -> list[Text]:
    return [
        Text(f"{row.activation}: {formatting.count(row.failed, 'run')} failed: {row.reason}", style="red")
        for row in rows
        if row.failed
    ]


def _ranking(ranks: Ranking, rows: list[Row]) -> Table:
    leading = {(row.task, row.activation) for row in rows if row.leads}
    table = _plain_table("group", "activation", "mean rank", *(task.replace("-", "-\n") for task in ranks.by_task))
    groups = ranks.groups if all(len(group) <= _LETTERS for group in ranks.groups.values()) else {}
    for name, mean in ranks.means.items():
        cells = [
            f"{'● ' if (task, name) in leading else ''}{of[name]:.1f}" for task, of in ranks.by_task.items()
        ]  # fmt: skip
        table.add_row(Text(groups.get(name, "")), Text(name), f"{mean:.2f}", *cells)
    return table


@dataclass
class _Meanings:
    """The meanings of those columns that some table shows."""

    spared: list[Sequence[str]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table(box=None, padding=(0, 1, 0, 0), show_header=False, style="dim")
        for heading, meaning in formatting.COLUMNS.items():
            if not self.spared or not all(heading in without for without in self.spared):
                table.add_row(Text(heading, style="dim"), Text(meaning, style="dim"))
        yield table
        if left_out := [
            heading for heading in formatting.COLUMNS if any(heading in without for without in self.spared)
        ]:
            yield Text(f"Left out for want of room: {', '.join(left_out)}; the report has all.", style="dim")


def _closing(comparison: Outcome) -> str:
    done = len(comparison.results) + len(comparison.tried)
    before = f", {comparison.done_before} of them from before" if comparison.done_before else ""
    planned, taken = formatting.count(comparison.plan.size, "run"), formatting.duration(comparison.seconds)
    head = f"{done} of {planned} in {taken}{before}."
    return f"Interrupted: {head} The above is what follows from them." if comparison.interrupted else head
