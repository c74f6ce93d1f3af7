"""`compare`: plan, train, analyse; and what it returns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import IO, TYPE_CHECKING, Any

from softknee.base import Function
from softknee.extras import need
from softknee.language.errors import ArgumentError

from .outcome import Outcome
from .plan import Plan, Run, make_plan
from .pool import Pool, can_travel, suitable_workers, train_here
from .tasks import Data, load

if TYPE_CHECKING:
    from .train import Result


class Comparison(Outcome):
    """The results of a comparison: `print` it, or look at `.table`, `.results` and the HTML report."""

    def to_html(self, path: str | Path) -> Path:
        """Write a report that needs no other file; the path of the report."""
        target = Path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        from .report import html

        target.write_text(html(self), encoding="utf-8")
        return target

    def __rich__(self) -> Any:
        from .terminal import tables

        return tables(self)

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(width=110, no_color=True, highlight=False)
        with console.capture() as capture:
            console.print(self)
        return capture.get()


def compare(
    activations: Iterable[str | Function] | None = None,
    tasks: Iterable[str] | None = None,
    seeds: int = 3,
    epochs: int | None = None,
    *,
    progress: bool = True,
    out: str | Path | None = None,
    workers: int | None = None,
    command: str | None = None,
) -> Comparison:
    """Train the tasks' networks with each activation and compare.

    Activations are names, aliases, names with parameters ("leaky_relu:negative_slope=0.2") or one's own; by default
    the fourteen that softknee was founded on. With `out`, that folder gets a line of JSON per finished run and
    `report.html`. Ctrl-C ends it early: what is done is kept, and `interrupted` is set.
    Raises UnknownActivationError or ArgumentError before any training.

    >>> found = compare(["relu", "mish"], ["wine"], seeds=2, epochs=1, progress=False)
    >>> sorted(row["activation"] for row in found.table)
    ['mish', 'relu']
    """
    _check_installed()
    plan = make_plan(activations, tasks, seeds, epochs)
    runs = plan.runs
    count = suitable_workers(runs) if workers is None else workers
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ArgumentError("compare", "workers", workers, "must be a positive integer")
    if count > 1 and not can_travel(runs):
        raise ArgumentError("compare", "workers", workers, "must be 1: activations of one's own stay in this process")
    comparison = Comparison(plan, workers=count, command=command or _call(plan))
    start = perf_counter()
    with _opened(out) as lines:
        try:
            for result in _tracked(_trained(runs, count), plan, enabled=progress):
                comparison.results.append(result)
                if lines is not None:
                    print(json.dumps(result.as_json()), file=lines, flush=True)
        except KeyboardInterrupt:
            comparison.interrupted = True
    comparison.seconds = perf_counter() - start
    if out is not None:
        comparison.to_html(Path(out) / "report.html")
    return comparison


def _trained(runs: Sequence[Run], workers: int) -> Iterator[Result]:
    if workers == 1:
        yield from train_here(runs, _data(runs))
    else:
        with Pool(workers) as pool:  # the workers start up while the data are read
            yield from pool.train(runs, _data(runs))


def _data(runs: Sequence[Run]) -> Mapping[str, Data]:
    return {task.name: load(task) for task in dict.fromkeys(run.task for run in runs)}


def _tracked(results: Iterator[Result], plan: Plan, *, enabled: bool) -> Iterator[Result]:
    if not enabled:
        yield from results
        return
    from .terminal import tracked

    yield from tracked(results, plan)


@contextmanager
def _opened(out: str | Path | None) -> Iterator[IO[str] | None]:
    """The file for results as they finish, in the folder `out`; raises ArgumentError where that cannot be written."""
    if out is None:
        yield None
        return
    try:
        folder = Path(out)
        folder.mkdir(parents=True, exist_ok=True)
        lines = (folder / "results.jsonl").open("w", encoding="utf-8")
    except OSError as error:
        raise ArgumentError("compare", "out", str(out), f"cannot be written: {error.strerror}") from None
    with lines:
        yield lines


def _check_installed() -> None:
    for module in ("torch", "sklearn", "scipy", "rich", "jinja2", "matplotlib"):
        if find_spec(module) is None:
            need(module, "compare")


def _call(plan: Plan) -> str:
    """How to repeat it from Python."""
    names = ", ".join(
        repr(choice.asked) if choice.function.is_catalogued else choice.function.name for choice in plan.choices
    )
    tasks = ", ".join(repr(task.name) for task in plan.tasks)
    epochs = "" if plan.epochs is None else f", epochs={plan.epochs}"
    return f"softknee.compare([{names}], [{tasks}], seeds={len(plan.seeds)}{epochs})"
