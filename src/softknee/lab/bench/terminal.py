"""A run in a terminal: a progress bar, and a table for each size, dtype and pass."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from . import formatting
from .plan import COPIES, BenchmarkCase, Plan
from .results import Outcome, Result, functions_in, ratio_headings, ratios

OVERHEAD = 1_000  # the elements up to which times are shown per call, as its overhead prevails
_MEMORY = 600.0  # the seconds of the past from which the remaining time is estimated
Measured = Iterator[tuple[BenchmarkCase, list[Result]]]


def tracked(measured: Measured, plan: Plan, console: Console | None = None) -> Measured:
    """Pass the results on, advancing a progress bar that estimates the time left."""
    with progress_bar("Measuring", console) as progress:
        bar = progress.add_task(f"0/{len(plan.cases)}", total=sum(case.effort for case in plan.cases))
        for done, (case, results) in enumerate(measured, 1):
            progress.update(bar, advance=case.effort, description=f"{done}/{len(plan.cases)} · {case}")
            yield case, results


def progress_bar(what: str, console: Console | None = None) -> Progress:
    """A progress bar on stderr that disappears when it is done."""
    return Progress(
        TextColumn(what),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("remaining"),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.description}"),
        console=console or Console(stderr=True),
        transient=True,
        speed_estimate_period=_MEMORY,
    )


def tables(outcome: Outcome) -> RenderableType:
    """The tables of the whole run."""
    parts: list[RenderableType] = []
    groups: dict[tuple[str, str, int], list[Result]] = {}
    for r in outcome.results:
        groups.setdefault((r.kind, r.dtype, r.size), []).append(r)
    for (kind, dtype, size), results in groups.items():
        heading = f"{formatting.KINDS[kind]}, {dtype}, {formatting.count(size)} elements"
        unit = "µs per call" if size <= OVERHEAD else "ns per element"
        parts += [Text.assemble((heading, "bold"), (f"  {unit}", "dim")), _table(results), Text("")]
    for library, reasons in outcome.absent.items():
        for reason, functions in reasons.items():
            parts.append(Text(f"{formatting.LABELS[library]} {reason}: {', '.join(functions)}", style="dim"))
    done = f"Measured in {outcome.seconds:.0f} s on {outcome.machine.title}; threads: {outcome.threads}"
    about = "Medians. The last columns are ratios in one run: the fastest of softknee's to a copy and to the best peer."
    parts.append(Text(f"{about}\n{'Interrupted. ' if outcome.interrupted else ''}{done}.", style="dim"))
    if outcome.machine.is_busy:
        parts.append(
            Text(f"Other programs were running (load {outcome.machine.load}): the figures are rough.", "yellow")
        )
    return Group(*parts)


def _table(results: list[Result]) -> Table:
    """The table with a row for each function, the fastest library in bold."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", no_wrap=True)
    present = {r.library for r in results}
    libraries = [library for library in formatting.LABELS if library in present]
    for library in libraries:
        table.add_column(formatting.LABELS[library], justify="right")
    last = ratio_headings(present)
    for heading in last:
        table.add_column(heading, justify="right")
    for function in functions_in(results):
        row = {r.library: r for r in results if r.function == function}
        fastest = min((r.median for r in row.values() if r.library not in COPIES), default=0.0)
        found = ratios(row)
        shown = [_ratio(found[name]) if name in found else Text() for name in last]
        table.add_row(function, *(_cell(row.get(library), fastest) for library in libraries), *shown)
    return table


def _cell(result: Result | None, fastest: float) -> Text:
    if result is None:
        return Text(formatting.NONE, style="dim")
    per_call = result.size <= OVERHEAD
    shown = formatting.number(result.median * 1e6 if per_call else result.nanoseconds)
    return Text(shown, style="bold" if result.median == fastest else "dim" if result.library in COPIES else "")


def _ratio(value: float) -> Text:
    return Text(formatting.number(value), style="green" if value <= 1 else "")
